using System.Globalization;
using System.Text.Json;
using Observability.Bench.Measuring;

namespace Observability.Bench.PromQl;

/// <summary>
/// The query of most dashboards, <c>sum by (pipeline) (rate(x[5m]))</c>, over an hour of 15 s samples of many series at a step of 15 s: our query API over a
/// store in memory and over block files, beside the installed Prometheus over blocks of the same samples. Request to last byte, over HTTP, in turns.
/// </summary>
internal static class PromQlStage
{
    private const string Query = $"sum by (pipeline) (rate({MetricCorpus.Name}[5m]))";

    private const double NanosecondsOfOneMillisecond = 1e6;

    /// <summary>Both add in floating point, in different orders.</summary>
    private const double Tolerance = 1e-12;

    /// <summary>What the first window needs: Prometheus 2 stretches the rate of a counter that begins inside its window further than Prometheus 3 and we.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_span = TimeSpan.FromHours(1);

    /// <returns>The report, or why there is none.</returns>
    public static async Task<(BenchmarkReport? Report, string ReasonNotRun)> RunAsync(int rounds, int seed, int series, string data, CancellationToken cancellationToken)
    {
        if (PrometheusPeer.MissingProgram is { } missing)
        {
            return (null, missing);
        }
        var directory = Path.Combine(data, "promql");
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
        Directory.CreateDirectory(directory);
        try
        {
            return (await MeasureAsync(rounds, seed, series, directory, cancellationToken), "");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<BenchmarkReport> MeasureAsync(int rounds, int seed, int series, string directory, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var corpus = new MetricCorpus(seed, series, s_window + s_span);
        await using var memory = await QueryServer.StartAsync(corpus.Load(blocks: null), cancellationToken);
        await using var blocks = await QueryServer.StartAsync(corpus.Load(Path.Combine(directory, "blocks")), cancellationToken);
        // From before the peer begins: when it has ended, all of its processor time counts as ours.
        var watch = new MachineWatch();
        IReadOnlyList<Measurement> measured;
        double difference;
        await using (var peer = await PrometheusPeer.StartAsync(corpus, directory, http, cancellationToken))
        {
            Uri[] urls = [RangeQuery(peer.Url, corpus), RangeQuery(memory.Url, corpus), RangeQuery(blocks.Url, corpus)];
            difference = await GreatestDifferenceAsync(urls, http, cancellationToken);
            measured = await WallRounds.RunAsync(
                [.. new[] { "Prometheus, blocks", "query API, memory", "query API, blocks" }.Zip(urls, (name, url) => (name, (Func<Task>)(() => http.GetByteArrayAsync(url, cancellationToken))))],
                rounds, NanosecondsOfOneMillisecond, "ms");
        }
        var failure = difference <= Tolerance ? "" : string.Create(CultureInfo.InvariantCulture, $"the answers differ by {difference:g3} (limit {Tolerance:g1})");
        return new BenchmarkReport("promql", seed, measured,
            [Ratio.Of("memory / Prometheus", measured[1], measured[0], "<= 1"), Ratio.Of("blocks / Prometheus", measured[2], measured[0], "<= 1")],
            [$"{Query}, {series} series, {corpus.SampleCount} samples; greatest relative difference of the answers {difference.ToString("g3", CultureInfo.InvariantCulture)}"],
            new Validity(measured[0].Spread, watch.ForeignCores(), MachineWatch.LoadAverage(), failure));
    }

    private static Uri RangeQuery(Uri server, MetricCorpus corpus) => new(server, string.Create(CultureInfo.InvariantCulture,
        $"api/v1/query_range?query={Uri.EscapeDataString(Query)}&start={(MetricCorpus.StartMilliseconds / 1000) + (long)s_window.TotalSeconds}&end={corpus.EndMilliseconds / 1000 / 15 * 15}&step=15"));

    /// <summary>Of the first answer to the others, relative; infinite when a series or a stamp is in one alone.</summary>
    private static async Task<double> GreatestDifferenceAsync(IReadOnlyList<Uri> urls, HttpClient http, CancellationToken cancellationToken)
    {
        var expected = Points(await http.GetByteArrayAsync(urls[0], cancellationToken));
        var greatest = expected.Count == 0 ? double.PositiveInfinity : 0;
        foreach (var url in urls.Skip(1))
        {
            var actual = Points(await http.GetByteArrayAsync(url, cancellationToken));
            greatest = actual.Count == expected.Count ? greatest : double.PositiveInfinity;
            foreach (var (point, value) in expected)
            {
                greatest = Math.Max(greatest, actual.TryGetValue(point, out var ours) ? Math.Abs(ours - value) / Math.Max(Math.Abs(value), double.Epsilon) : double.PositiveInfinity);
            }
        }
        return greatest;
    }

    private static Dictionary<(string Pipeline, double Time), double> Points(byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .SelectMany(static series => series.GetProperty("values").EnumerateArray().Select(point =>
                (Key: (series.GetProperty("metric").GetProperty("pipeline").GetString()!, point[0].GetDouble()), Value: double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture))))
            .ToDictionary(static point => point.Key, static point => point.Value);
    }
}
