using System.Globalization;
using System.Text.Json;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

public sealed class RemoteWriteTests
{
    private const string Query = "up{job=\"self\"}[10m]";

    /// <summary>
    /// Without the label environment, which a server adds to what it sends and not to what it answers itself; and without what two versions of Prometheus
    /// answer differently when a counter is younger than its range, which is how far a rate reaches back beyond the first sample.
    /// </summary>
    private static readonly string[] Queries =
    [
        "sum by (__name__, instance, job) (up)",
        "sum by (job) (irate(prometheus_tsdb_head_samples_appended_total[5m]))",
        "histogram_quantile(0.9, sum by (le, handler) (prometheus_http_request_duration_seconds_bucket))",
        "count by (__name__) ({job=\"self\", __name__=~\"prometheus_tsdb.+\"})",
        "max by (slice) (prometheus_engine_query_duration_seconds{quantile=\"0.5\"})",
        "sum without (environment, instance) (max_over_time(process_resident_memory_bytes[5m]) / count_over_time(process_resident_memory_bytes[5m]))",
        "sum without (environment, instance) (prometheus_build_info)",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_Prometheus_pushes_each_sample_once_also_those_of_the_time_in_which_nobody_listened()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        await using var prometheus = await PrometheusServer.StartAsync($$"""
            global: { scrape_interval: 1s, external_labels: { environment: production } }
            scrape_configs:
              - { job_name: self, static_configs: [{ targets: ['{{PrometheusServer.OwnAddress}}'] }] }
            remote_write:
              - { url: '{{new Uri(shape.Url, "/api/v1/write")}}', queue_config: { batch_send_deadline: 200ms, max_backoff: 500ms } }
            """, cancellationToken: Cancellation).OrSkipAsync();
        await Eventually.TrueAsync(async () => (await SamplesAsync(shape.Url)).Count >= 2, Patience, $"samples in Standalone\n{shape.Output}");

        await shape.KillAndRestartAsync("standalone");
        var until = TimeProvider.System.GetUtcNow();
        List<(double, string)> theirs = [];
        await Eventually.TrueAsync(
            async () => (theirs = await SamplesAsync(prometheus.Url, until)).SequenceEqual(await SamplesAsync(shape.Url, until)),
            Patience, $"the same samples on both sides of a kill\n{shape.Output}");
        Assert.True(theirs.Count >= 2);
        foreach (var query in Queries)
        {
            // Series travel in several queues: those of one query may come after those of another.
            var (expected, actual) = (await ResultAsync(prometheus.Url, query, until), "");
            await Eventually.BecomesTrueAsync(async () => (actual = await ResultAsync(shape.Url, query, until)) == expected, Patience, Cancellation);
            Assert.Equal(expected, actual);
            Assert.NotEqual("", expected);
        }
    }

    /// <summary>Series in a fixed order, each with its labels and, to nine digits, its value: two versions divide by a range's length in different places.</summary>
    private static async Task<string> ResultAsync(Uri server, string query, DateTimeOffset at)
    {
        using var answer = JsonDocument.Parse(await Http.GetStringAsync(AddressOf(server, query, at), Cancellation));
        return string.Join('\n', answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(TextOf).Order(StringComparer.Ordinal));
    }

    private static string TextOf(JsonElement series)
    {
        var labels = series.GetProperty("metric").EnumerateObject().Select(static label => label.ToString()).Order(StringComparer.Ordinal);
        var value = double.Parse(series.GetProperty("value")[1].GetString()!.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', labels)} {value:G9}");
    }

    private static Uri AddressOf(Uri server, string query, DateTimeOffset? until)
    {
        var time = until is { } fixedTime ? string.Create(CultureInfo.InvariantCulture, $"&time={fixedTime.ToUnixTimeMilliseconds() / 1000.0}") : "";
        return new Uri(server, $"/api/v1/query?query={Uri.EscapeDataString(query)}{time}");
    }

    private static async Task<List<(double Seconds, string Value)>> SamplesAsync(Uri server, DateTimeOffset? until = null)
    {
        using var answer = JsonDocument.Parse(await Http.GetStringAsync(AddressOf(server, Query, until), Cancellation));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .SelectMany(series => series.GetProperty("values").EnumerateArray())
            .Select(sample => (sample[0].GetDouble(), sample[1].GetString()!))];
    }
}
