using System.Globalization;
using System.Text.Json;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

public sealed class RemoteWriteTests
{
    private const string Query = "up{job=\"self\"}[10m]";

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
    }

    private static async Task<List<(double Seconds, string Value)>> SamplesAsync(Uri server, DateTimeOffset? until = null)
    {
        var time = until is { } fixedTime ? string.Create(CultureInfo.InvariantCulture, $"&time={fixedTime.ToUnixTimeMilliseconds() / 1000.0}") : "";
        using var answer = JsonDocument.Parse(await Http.GetStringAsync(new Uri(server, $"/api/v1/query?query={Uri.EscapeDataString(Query)}{time}"), Cancellation));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .SelectMany(series => series.GetProperty("values").EnumerateArray())
            .Select(sample => (sample[0].GetDouble(), sample[1].GetString()!))];
    }
}
