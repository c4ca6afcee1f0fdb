using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.MetricStore.Tests.Blocks;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.MetricStore.Tests.Peers;

/// <summary>Seeded samples of the kinds that queries meet: counters that start again, gauges with gaps and odd values, a histogram, a metric of facts.</summary>
internal sealed class PeerSamples
{
    public const int Samples = 480;
    private const long Every = 15_000;

    /// <summary>
    /// No query looks at a time that is 7 s behind a multiple of 15 s, so no sample lies on the left edge of a range, where Prometheus 2 counts it in and 3 does not.
    /// </summary>
    private const long Offset = 7_000;

    private readonly List<(LabelSet Labels, List<(long Time, double Value)> Samples)> _series = [];

    public PeerSamples(int seed)
    {
        var random = new Random(seed);
        foreach (var (job, instance, code) in from job in (string[])["api", "web", "batch"] from instance in (string[])["a:1", "b:2", "c:3"] from code in (string[])["200", "404", "500"] select (job, instance, code))
        {
            Add(Counter(random), "requests_total", ("job", job), ("instance", instance), ("code", code));
        }
        foreach (var (room, sensor) in from room in (string[])["hall", "roof", "yard"] from sensor in (string[])["1", "2", "3", "4"] select (room, sensor))
        {
            Add(Gauge(random), "temperature_celsius", ("room", room), ("sensor", sensor));
        }
        foreach (var job in (string[])["api", "web", "batch"])
        {
            AddHistogram(random, job);
            Add(_ => 1, "build_info", ("job", job), ("version", job == "web" ? "2.1" : "1.9"), ("team", $"team {job[0]}"));
            Add(time => time % 11 == 0 ? 0 : 1, "up", ("job", job));
        }
    }

    /// <summary>What promtool makes blocks of.</summary>
    public string OpenMetrics()
    {
        var text = new StringBuilder();
        foreach (var (labels, samples) in _series)
        {
            foreach (var (time, value) in samples)
            {
                var number = double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
                text.Append(labels.ToString().Replace("\", ", "\",", StringComparison.Ordinal)).Append(' ').Append(number).Append(CultureInfo.InvariantCulture, $" {time / 1000}\n");
            }
        }
        return text.Append("# EOF\n").ToString();
    }

    /// <summary>The older half in blocks, the newer in memory.</summary>
    public EmbeddedMetricStore Load()
    {
        var store = Store.Open(new SimulatedDisk(1), new MetricStoreOptions { BlockRange = TimeSpan.FromMinutes(20), OutOfOrderWindow = TimeSpan.FromMinutes(30) });
        ulong record = 0;
        foreach (var step in _series.SelectMany(series => series.Samples.Select(sample => new MetricSample(series.Labels, sample.Time, sample.Value)))
            .GroupBy(static sample => sample.TimestampMilliseconds).OrderBy(static step => step.Key))
        {
            store.BeginRecord(++record);
            store.Append([.. step], MetricKind.Gauge, step.Key);
            if (record % 40 == 0)
            {
                store.Maintain(step.Key, record);
            }
        }
        return store;
    }

    private void AddHistogram(Random random, string job)
    {
        string[] bounds = ["0.05", "0.1", "0.5", "1", "5", "+Inf"];
        var counts = new double[bounds.Length];
        var steps = Enumerable.Range(0, Samples).Select(_ =>
        {
            for (var more = random.Next(30); more > 0; more--)
            {
                // A value belongs to its bucket and to every larger one.
                for (var bucket = random.Next(bounds.Length); bucket < bounds.Length; bucket++)
                {
                    counts[bucket]++;
                }
            }
            return counts.ToArray();
        }).ToList();
        for (var bucket = 0; bucket < bounds.Length; bucket++)
        {
            var index = bucket;
            Add(step => steps[step][index], "latency_seconds_bucket", ("job", job), ("le", bounds[bucket]));
        }
        Add(step => steps[step][^1], "latency_seconds_count", ("job", job));
        Add(step => steps[step][^1] * 0.4, "latency_seconds_sum", ("job", job));
    }

    private void Add(Func<int, double> value, string name, params (string Name, string Value)[] labels)
    {
        var samples = new List<(long, double)>();
        for (var step = 0; step < Samples; step++)
        {
            if (value(step) is var number && !StalenessMarker.IsStale(number))
            {
                samples.Add((Store.Start + Offset + (step * Every), number));
            }
        }
        _series.Add((Head.Sample.Series(name, labels), samples));
    }

    private static Func<int, double> Counter(Random random)
    {
        var (value, rate, restart) = (0.0, random.Next(1, 50), random.Next(Samples * 2));
        return step => value = step == restart ? random.Next(5) : value + random.Next(rate);
    }

    /// <summary>A stale mark here stands for a sample that never came: minutes of silence, longer than the lookback now and then.</summary>
    private static Func<int, double> Gauge(Random random)
    {
        var value = random.NextDouble() * 40 - 10;
        var silentUntil = 0;
        return step =>
        {
            value += random.NextDouble() - 0.5;
            silentUntil = random.Next(120) == 0 ? step + random.Next(40) : silentUntil;
            return step < silentUntil ? StalenessMarker.Value
                : random.Next(300) == 0 ? double.NaN
                : random.Next(300) == 0 ? double.PositiveInfinity
                : value;
        };
    }
}
