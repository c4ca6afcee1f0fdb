using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.MetricStore.Tests.Head;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.MetricStore.Tests.Blocks;

/// <summary>Short ways to open a store over a simulated disk and to say what it should hold.</summary>
internal static class Store
{
    public const string Directory = "/blocks";
    public const ulong Journal = 7;
    public const long Hour = 3_600_000;

    /// <summary>A whole hour, so that cuts are easy to name.</summary>
    public const long Start = 1_795_000_000_000 / (2 * Hour) * (2 * Hour);

    public static EmbeddedMetricStore Open(SimulatedDisk disk, MetricStoreOptions? options = null)
    {
        var store = new EmbeddedMetricStore(options ?? new MetricStoreOptions(), NullLogger.Instance);
        store.OpenBlocks(disk, Directory, Journal);
        return store;
    }

    public static LabelSet Named(int number) => Sample.Series("rows_total", ("pipeline", $"p{number % 7}"), ("task", number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>One sample a minute in [from, until) of so many series.</summary>
    public static void Fill(EmbeddedMetricStore store, int series, long from, long until, ref ulong sequence)
    {
        for (var time = from; time < until; time += 60_000)
        {
            store.BeginRecord(++sequence);
            store.Append([.. Enumerable.Range(0, series).Select(number => Sample.At(Named(number), time, (time / 60_000 * 3) + number))], MetricKind.Counter, time);
        }
    }

    public static string[] Files(SimulatedDisk disk) => [.. disk.ListFiles(Directory)];
}
