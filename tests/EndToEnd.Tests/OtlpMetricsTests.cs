using System.Globalization;
using System.Text;
using System.Text.Json;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests;

public sealed class OtlpMetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Increments_add_up_across_a_kill_and_join_with_what_their_resource_says()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await PostAsync(shape, now - 30_000, rows: 5, waits: 1);
        await PostAsync(shape, now - 20_000, rows: 7, waits: 3);
        // Sent again, as after an answer that got lost.
        await PostAsync(shape, now - 20_000, rows: 7, waits: 3);
        await shape.KillAndRestartAsync("standalone");
        await PostAsync(shape, now - 10_000, rows: 1, waits: 0);
        await Eventually.TrueAsync(
            async () => await ValueAsync(shape, "rows_total * on (job) group_left (k8s_pod_name) target_info{k8s_pod_name=\"loader-1\"}") == "13", Patience, $"13 rows\n{shape.Output}");
        // Four waits between 1 and 2 seconds: an exponential histogram of scale 1 and increments, as classic buckets.
        Assert.Equal("4", await ValueAsync(shape, "wait_seconds_bucket{le=\"2\"}"));
        Assert.Equal("0", await ValueAsync(shape, "wait_seconds_bucket{le=\"1\"}"));
        Assert.Equal("1.5", await ValueAsync(shape, "histogram_quantile(0.5, wait_seconds_bucket)"));
    }

    private static async Task PostAsync(Shape shape, long time, int rows, int waits)
    {
        var point = $"{{\"timeUnixNano\":\"{time.ToString(CultureInfo.InvariantCulture)}000000\"";
        using var content = new StringContent($$$"""
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"loader"} },{"key":"k8s.pod.name","value":{"stringValue":"loader-1"} }]},"scopeMetrics":[{"metrics":[
              {"name":"rows","sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[{{{point}}},"asInt":"{{{rows}}}"}]} },
              {"name":"wait","unit":"s","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{{{point}}},"count":"{{{waits}}}","scale":1,"positive":{"offset":0,"bucketCounts":["0","{{{waits}}}"]} }]} }]}]}]}
            """, Encoding.UTF8, "application/json");
        using var response = await shape.Client.PostAsync(new Uri("/v1/metrics", UriKind.Relative), content, Cancellation);
        Assert.Equal("{}", (await response.Content.ReadAsStringAsync(Cancellation)).Replace("{\"partialSuccess\":{}}", "{}", StringComparison.Ordinal));
    }

    private static async Task<string> ValueAsync(Shape shape, string query)
    {
        using var answer = JsonDocument.Parse(await shape.Client.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative), Cancellation));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? "" : result[0].GetProperty("value")[1].GetString()!;
    }
}
