using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Observability.Collector.Forwarding;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.RemoteWrite;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.Collector.Tests.EndToEnd;

public sealed class MetricForwardingTests
{
    // Longer than any machine needs: a test that waits for nothing passes at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_of_both_protocols_arrive_as_remote_write_in_the_order_in_which_they_came()
    {
        await using var receiver = await ScriptedHttpServer.StartAsync(new HttpReply { Status = 204 });
        await using var host = await StartAsync(receiver.Url);
        await TakeAsync(host, WriteRequest.Of(("__name__", "up"), ("environment", "production"), ("job", "node")).Series([("__name__", "gone")], (1_000, StalenessMarker.Value)));
        using var otlp = await host.PostJsonAsync("/v1/metrics", """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"loader"}},{"key":"deployment.environment.name","value":{"stringValue":"dev"}}]},
              "scopeMetrics":[{"metrics":[{"name":"rows","gauge":{"dataPoints":[{"timeUnixNano":"2000000000","asInt":"7"}]}}]}]}]}
            """);
        var lines = await LinesAsync(receiver, samples: 4);
        Assert.Equal(
            [
                "sample Unknown up{environment=\"prod\", job=\"node\"} 1795231866512 1",
                "sample Unknown gone{environment=\"unknown\"} 1000 stale",
                "sample Unknown rows{environment=\"dev\", job=\"loader\"} 2000 7",
                "sample Unknown target_info{deployment_environment_name=\"dev\", environment=\"dev\", job=\"loader\"} 2000 1",
            ],
            lines);
        var request = receiver.Requests[0];
        Assert.Equal(("POST", "/receive", "snappy", "application/x-protobuf", "0.1.0"),
            (request.Method, request.Path, request.Headers["Content-Encoding"], request.Headers["Content-Type"], request.Headers["X-Prometheus-Remote-Write-Version"]));
    }

    [Fact]
    public async Task What_is_away_or_busy_is_asked_again_no_sooner_than_it_says()
    {
        await using var receiver = await ScriptedHttpServer.StartAsync(
            HttpReply.Error(500), HttpReply.RateLimited(retryAfterSeconds: 1), HttpReply.Cut(), new HttpReply { Status = 204 });
        await using var host = await StartAsync(receiver.Url);
        await TakeAsync(host, WriteRequest.Of(("__name__", "up")));
        var requests = await receiver.WaitForRequestsAsync(4, Patience);
        Assert.All(requests, request => Assert.Equal(requests[0].Body, request.Body));
        Assert.True(receiver.GapsBetweenRequests[1] >= TimeSpan.FromSeconds(0.99), $"asked again after {receiver.GapsBetweenRequests[1]}");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task What_a_receiver_refuses_for_good_is_not_sent_again_and_the_next_is(int status)
    {
        await using var receiver = await ScriptedHttpServer.StartAsync(HttpReply.Error(status).With("Location", "/elsewhere"), new HttpReply { Status = 204 });
        await using var host = await StartAsync(receiver.Url);
        await TakeAsync(host, WriteRequest.Of(("__name__", "refused")));
        await receiver.WaitForRequestsAsync(1, Patience);
        await TakeAsync(host, WriteRequest.Of(("__name__", "taken")));
        var requests = await receiver.WaitForRequestsAsync(2, Patience);
        Assert.Contains("taken", Assert.Single(LinesOf(requests[1])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_hangs_does_not_hold_up_another()
    {
        await using var hanging = await ScriptedHttpServer.StartAsync(HttpReply.Hang());
        await using var receiver = await ScriptedHttpServer.StartAsync(new HttpReply { Status = 204 });
        await using var host = await StartAsync(hanging.Url, receiver.Url);
        for (var i = 0; i < 3; i++)
        {
            await TakeAsync(host, WriteRequest.Of(("__name__", "up"), ("i", $"{i}")));
            await LinesAsync(receiver, samples: i + 1);
        }
        Assert.Single(hanging.Requests);
    }

    [Fact]
    public async Task A_reload_adds_and_removes_receivers_and_leaves_the_others_their_queues()
    {
        await using var first = await ScriptedHttpServer.StartAsync(HttpReply.Hang());
        await using var second = await ScriptedHttpServer.StartAsync(new HttpReply { Status = 503 }, new HttpReply { Status = 204 });
        await using var third = await ScriptedHttpServer.StartAsync(new HttpReply { Status = 204 });
        await using var host = await StartAsync(first.Url, second.Url);
        await TakeAsync(host, WriteRequest.Of(("__name__", "before")));
        await first.WaitForRequestsAsync(1, Patience);
        host.Configuration = host.Configuration with { ForwardMetricsTo = AddressesOf(second.Url, third.Url) };
        await TakeAsync(host, WriteRequest.Of(("__name__", "after")));
        Assert.Contains("after", Assert.Single(await LinesAsync(third, samples: 1)), StringComparison.Ordinal);
        // The one that was away gets both, what it refused at first included.
        var both = (await LinesAsync(second, samples: 3)).Distinct().ToList();
        Assert.Equal(["before", "after"], both.Select(static line => line.Split(' ', '{')[2]));
        Assert.Single(first.Requests);
    }

    [Fact]
    public async Task Samples_that_were_passed_on_and_those_that_are_refused_here_go_no_further()
    {
        await using var receiver = await ScriptedHttpServer.StartAsync(new HttpReply { Status = 204 });
        await using var host = await StartAsync(receiver.Url);
        using var passedOn = await PostAsync(host, WriteRequest.Of(("__name__", "passed_on")), (CopySender.PassedOnHeader, "1"));
        using var partly = await PostAsync(host, WriteRequest.Of(("job", "nameless")).Series([("__name__", "taken")], (1, 1)));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.BadRequest), (passedOn.StatusCode, partly.StatusCode));
        // They go in order: were the first one forwarded, it would be the first here.
        Assert.Equal(["sample Unknown taken{environment=\"unknown\"} 1 1"], await LinesAsync(receiver, samples: 1));
    }

    [Fact]
    public async Task A_real_Prometheus_takes_what_is_forwarded_and_answers_with_it()
    {
        await using var prometheus = await PrometheusServer.StartAsync("global: {}", ["--web.enable-remote-write-receiver"], cancellationToken: Cancellation).OrSkipAsync();
        await using var host = await CollectorHost.StartAsync(Configurations.Shipped with { ForwardMetricsTo = [new Uri(prometheus.Url, "/api/v1/write").ToString()] });
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var request = new WriteRequest();
        for (var i = 0; i < 5_000; i++)
        {
            request.Series([("__name__", "rows"), ("environment", "production"), ("table", $"t{i}"), ("text", "\u00e9\"\\\n" + new string('x', i % 90))], (now - 1_000, i), (now, i + 0.5));
        }
        await TakeAsync(host, request);
        using var client = new HttpClient { BaseAddress = prometheus.Url };
        await Eventually.TrueAsync(async () => await ValueAsync(client, "count(rows{environment=\"prod\"})") == "5000", Patience, "5,000 series in Prometheus");
        Assert.Equal("12500000", await ValueAsync(client, "sum(rows)"));
        Assert.Equal("10000", await ValueAsync(client, "sum(count_over_time(rows[1m]))"));
        await TakeAsync(host, new WriteRequest().Series([("__name__", "rows"), ("environment", "production"), ("table", "t0"), ("text", "\u00e9\"\\\n")], (now + 1_000, StalenessMarker.Value)));
        await Eventually.TrueAsync(async () => await ValueAsync(client, $"count(rows @ {(now / 1000) + 2})") == "4999", Patience, "the end of a series in Prometheus");
    }

    private static Task<CollectorHost> StartAsync(params Uri[] receivers) =>
        CollectorHost.StartAsync(Configurations.Shipped with { ForwardMetricsTo = AddressesOf(receivers) });

    private static string[] AddressesOf(params Uri[] receivers) => [.. receivers.Select(static url => new Uri(url, "/receive").ToString())];

    private static async Task TakeAsync(CollectorHost host, WriteRequest request)
    {
        using var response = await PostAsync(host, request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(CollectorHost host, WriteRequest request, params (string, string)[] headers) =>
        host.PostAsync("/api/v1/write", new ByteArrayContent(request.Body()) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf"), ContentEncoding = { "snappy" } } }, headers);

    private static async Task<IReadOnlyList<string>> LinesAsync(ScriptedHttpServer receiver, int samples)
    {
        string[] lines = [];
        await Eventually.TrueAsync(() => (lines = [.. receiver.Requests.SelectMany(LinesOf)]).Length >= samples, Patience, $"{samples} samples at the receiver");
        return lines;
    }

    private static IEnumerable<string> LinesOf(RecordedRequest request)
    {
        using var decoder = new RemoteWriteDecoder(new EnvironmentResolver(() => Configurations.Shipped));
        var message = IronSnappy.Snappy.Decode(request.Body);
        return FrameText.Of(decoder.Decode(message, message.Length, ReceiveLimits.Of(new LimitSettings()), Actor.Unsigned, Decoding.Received))
            .Where(static line => line.StartsWith("sample ", StringComparison.Ordinal)).ToList();
    }

    private static async Task<string> ValueAsync(HttpClient client, string query)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative), Cancellation));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? "" : result[0].GetProperty("value")[1].GetString()!;
    }
}
