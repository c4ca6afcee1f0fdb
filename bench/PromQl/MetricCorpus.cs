using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Durability;
using Observability.MetricStore;
using Observability.Telemetry;

namespace Observability.Bench.PromQl;

/// <summary>
/// Seeded counters of 200 pipelines: <c>rows_processed_total{environment, pipeline, task}</c>, a sample every 15 s, integer increments, one series in fifty
/// starts again once. The same samples go to both sides.
/// </summary>
internal sealed class MetricCorpus
{
    public const string Name = "rows_processed_total";

    /// <summary>Where the block range of both stores (2 h) begins.</summary>
    public const long StartMilliseconds = 1_795_003_200_000;

    private const int Pipelines = 200;
    private const long StepMilliseconds = 15_000;

    /// <summary>Samples lie between the steps of a query: on a range's left edge Prometheus 2 counts a sample in that Prometheus 3 and we leave out.</summary>
    private const long OffsetMilliseconds = 7_000;

    private readonly LabelSet[] _labels;
    private readonly double[][] _values;

    public MetricCorpus(int seed, int series, TimeSpan span)
    {
        var random = new Random(seed);
        SamplesOfOneSeries = (int)(span.TotalMilliseconds / StepMilliseconds);
        _labels = [.. Enumerable.Range(0, series).Select(static number => LabelSet.Of((LabelSet.MetricName, Name), ("environment", "prod"),
            ("pipeline", string.Create(CultureInfo.InvariantCulture, $"pipeline_{number % Pipelines:000}")), ("task", string.Create(CultureInfo.InvariantCulture, $"task_{number / Pipelines:00}"))))];
        _values = [.. _labels.Select(_ => Counter(random))];
    }

    public int SamplesOfOneSeries { get; }

    public long SampleCount => (long)_labels.Length * SamplesOfOneSeries;

    public long EndMilliseconds => TimeOf(SamplesOfOneSeries);

    /// <summary>One line a sample, as <c>promtool tsdb create-blocks-from openmetrics</c> reads it.</summary>
    public void WriteOpenMetrics(string path)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 20);
        writer.Write($"# TYPE {Name[..^"_total".Length]} counter\n");
        for (var series = 0; series < _labels.Length; series++)
        {
            var (pipeline, task) = (_labels[series]["pipeline"], _labels[series]["task"]);
            for (var i = 0; i < SamplesOfOneSeries; i++)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{Name}{{environment=\"prod\",pipeline=\"{pipeline}\",task=\"{task}\"}} {_values[series][i]} {TimeOf(i) / 1000}\n"));
            }
        }
        writer.Write("# EOF\n");
    }

    /// <summary>A store that holds it all in memory, or all of it in a block file below <paramref name="blocks"/>.</summary>
    public EmbeddedMetricStore Load(string? blocks)
    {
        var store = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        if (blocks is not null)
        {
            store.OpenBlocks(PhysicalDisk.Instance, blocks, journalIncarnation: 1);
        }
        for (var i = 0; i < SamplesOfOneSeries; i++)
        {
            store.BeginRecord((ulong)i + 1);
            store.Append([.. _labels.Select((labels, series) => new MetricSample(labels, TimeOf(i), _values[series][i]))], MetricKind.Counter, TimeOf(i));
        }
        if (blocks is not null)
        {
            store.Maintain(EndMilliseconds + (6 * 3_600_000), (ulong)SamplesOfOneSeries);
        }
        return store;
    }

    private static long TimeOf(int sample) => StartMilliseconds + OffsetMilliseconds + (sample * StepMilliseconds);

    private double[] Counter(Random random)
    {
        var values = new double[SamplesOfOneSeries];
        var restartsAt = random.Next(50) == 0 ? random.Next(values.Length) : -1;
        var rate = random.Next(1, 400);
        double value = random.Next(100_000);
        for (var i = 0; i < values.Length; i++)
        {
            value = i == restartsAt ? 0 : value + random.Next(rate);
            values[i] = value;
        }
        return values;
    }
}
