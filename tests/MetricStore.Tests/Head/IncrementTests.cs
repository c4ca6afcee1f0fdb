using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Telemetry;

namespace Observability.MetricStore.Tests.Head;

/// <summary>Series of delta temporality: senders report increments, the store adds them up.</summary>
public sealed class IncrementTests
{
    private static readonly LabelSet Rows = Sample.Series("rows_total", ("pipeline", "orders"));

    [Theory]
    [InlineData(MetricKind.DeltaCounter, MetricKind.Counter)]
    [InlineData(MetricKind.DeltaHistogram, MetricKind.Histogram)]
    public void Increments_in_the_order_of_time_become_sums_also_across_a_restart(MetricKind kind, MetricKind shown) =>
        Prop.ForAll<(ushort Step, byte Increment)[], byte>((increments, restartAt) =>
        {
            var store = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
            var (time, sum, newest, expected) = (Sample.Now - 10_000_000, 0.0, long.MinValue, new List<(long, double)>());
            for (var i = 0; i < increments.Length; i++)
            {
                // Some come at the stamp of the one before or earlier: sent again, or by a second sender.
                time += (increments[i].Step % 1_000) - 100;
                var isTaken = time > newest;
                sum += isTaken ? increments[i].Increment : 0;
                if (isTaken)
                {
                    newest = time;
                    expected.Add((time, sum));
                }
                var report = store.Append(Sample.Frame(kind, Sample.At(Rows, time, increments[i].Increment)), Sample.Now);
                Assert.Equal((isTaken ? 1 : 0, isTaken ? 0 : 1), (report.Appended, report.Refused[SampleRefusal.IncrementOutOfOrder]));
                store = i == restartAt % 20 ? Restarted(store) : store;
            }
            var kept = store.Select([Sample.Named("rows_total")], long.MinValue, long.MaxValue);
            Assert.Equal(expected, kept.SelectMany(static series => series.Timestamps.ToArray().Zip(series.Values.ToArray())));
            Assert.All(store.Metadata().Values, found => Assert.Equal(shown, found));
            store.Dispose();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_end_is_kept_and_the_sum_goes_on_behind_it()
    {
        using var store = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        store.Append(Sample.Frame(MetricKind.DeltaCounter,
            Sample.At(Rows, Sample.Now - 3, 5), Sample.At(Rows, Sample.Now - 2, StalenessMarker.Value), Sample.At(Rows, Sample.Now - 1, 2)), Sample.Now);
        var values = store.Select([Sample.Named("rows_total")], long.MinValue, long.MaxValue)[0].Values.ToArray();
        Assert.Equal((5.0, true, 7.0), (values[0], StalenessMarker.IsStale(values[1]), values[2]));
    }

    [Fact]
    public void An_increment_outside_the_times_that_are_kept_is_in_no_sum()
    {
        using var store = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        store.Append(Sample.Frame(MetricKind.DeltaCounter, Sample.At(Rows, 0, 100), Sample.At(Rows, Sample.Now - 1, 2)), Sample.Now);
        store.Append(Sample.Frame(MetricKind.DeltaCounter, Sample.At(Rows, Sample.Now + 86_400_000, 100), Sample.At(Rows, Sample.Now, 3)), Sample.Now);
        Assert.Equal([2.0, 5.0], store.Select([Sample.Named("rows_total")], long.MinValue, long.MaxValue)[0].Values.ToArray());
    }

    private static EmbeddedMetricStore Restarted(EmbeddedMetricStore store)
    {
        using var file = new MemoryStream();
        store.Capture().WriteTo(file);
        store.Dispose();
        file.Position = 0;
        var restored = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        restored.Restore(file, sequence: 0);
        return restored;
    }
}
