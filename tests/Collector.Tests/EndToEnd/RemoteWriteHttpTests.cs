using System.Net;
using System.Net.Http.Headers;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.TestKit;

namespace Observability.Collector.Tests.EndToEnd;

public sealed class RemoteWriteHttpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_are_on_the_bus_after_a_204()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await PostAsync(host, WriteRequest.Of(("__name__", "up"), ("environment", "production")).Body());
        Assert.Equal((HttpStatusCode.NoContent, ""), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
        await host.Bus.UntilAsync(() => Lines(host).Contains("sample Unknown up{environment=\"prod\"} 1795231866512 1"));
        Assert.Contains("remote-write", await host.Client.GetStringAsync(new Uri("/api/v1/sources", UriKind.Relative), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_without_samples_are_taken()
    {
        await using var host = await CollectorHost.StartAsync();
        using var metadata = await PostAsync(host, new WriteRequest().Metadata("up").Body());
        using var nothing = await PostAsync(host, new WriteRequest().Body());
        Assert.All([metadata, nothing], response => Assert.Equal(HttpStatusCode.NoContent, response.StatusCode));
    }

    [Fact]
    public async Task A_request_with_a_series_that_can_never_be_taken_gets_a_400_and_the_others_are_stored()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await PostAsync(host, WriteRequest.Of(("job", "nameless")).Series([("__name__", "kept")], (1_795_231_866_512, 4)).Body());
        var answer = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("1 refused: a series has no label __name__; the other samples of the request are stored", answer, StringComparison.Ordinal);
        await host.Bus.UntilAsync(() => Lines(host).Contains("sample Unknown kept{environment=\"unknown\"} 1795231866512 4"));
    }

    [Theory]
    [InlineData("application/json", "snappy")]
    [InlineData("application/x-protobuf", null)]
    [InlineData("application/x-protobuf", "gzip")]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v2.Request", "snappy")]
    public async Task Another_message_or_encoding_is_told_415(string contentType, string? encoding)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await PostAsync(host, WriteRequest.Of(("__name__", "up")).Body(), contentType, encoding);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task The_message_may_be_named_as_version_2_asks()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await PostAsync(host, WriteRequest.Of(("__name__", "up")).Body(), "application/x-protobuf;proto=prometheus.WriteRequest");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task What_a_repetition_cannot_mend_is_told_so_and_what_it_can_gets_503()
    {
        using var bus = new MemoryBus { IsHeld = true };
        await using var host = await CollectorHost.StartAsync(
            Configurations.With(new LimitSettings { SpoolBytes = 640 << 10, RequestBytes = 300_000, InflatedBytes = 400_000 }), bus: bus, segmentBytes: 64 << 10);
        using var notSnappy = await PostAsync(host, [5, 0, 1]);
        using var notProtobuf = await PostAsync(host, IronSnappy.Snappy.Encode("{}"u8));
        using var tooLarge = await PostAsync(host, new byte[300_001]);
        using var bomb = await PostAsync(host, IronSnappy.Snappy.Encode(new byte[400_001]));
        Assert.Equal(
            [HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge],
            new[] { notSnappy, notProtobuf, tooLarge, bomb }.Select(response => response.StatusCode));
        Assert.Contains("limits.inflated_bytes", await bomb.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        var last = HttpStatusCode.NoContent;
        for (var i = 0; i < 100 && last == HttpStatusCode.NoContent; i++)
        {
            using var response = await PostAsync(host, WriteRequest.Of(("__name__", "big"), ("text", new string((char)('a' + (i % 26)), 15_000))).Body());
            last = response.StatusCode;
            Assert.Equal(last == HttpStatusCode.ServiceUnavailable, response.Headers.RetryAfter is not null);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, last);
    }

    [Fact]
    public async Task A_real_Prometheus_that_scrapes_itself_pushes_its_series_and_their_ends()
    {
        await using var host = await CollectorHost.StartAsync();
        var isGone = false;
        await using var target = await ScriptedHttpServer.StartAsync((_, _) => Volatile.Read(ref isGone)
            ? HttpReply.Error(500)
            : HttpReply.Ok("# TYPE orders_total counter\norders_total{pipeline=\"daily\"} 7\n"));
        await using var prometheus = await PrometheusServer.StartAsync($$"""
            global: { scrape_interval: 1s, external_labels: { environment: production } }
            scrape_configs:
              - { job_name: self, static_configs: [{ targets: ['{{PrometheusServer.OwnAddress}}'] }] }
              - { job_name: orders, static_configs: [{ targets: ['{{target.Url.Authority}}'] }] }
            remote_write:
              - { url: '{{new Uri(host.Client.BaseAddress!, "/api/v1/write")}}', queue_config: { batch_send_deadline: 200ms } }
            """, cancellationToken: Cancellation).OrSkipAsync();
        var orders = $"orders_total{{environment=\"prod\", instance=\"{target.Url.Authority}\", job=\"orders\", pipeline=\"daily\"}}";
        await UntilAsync(host, lines => lines.Any(line => Is(line, orders, " 7")));
        await UntilAsync(host, lines => lines.Any(line => Is(line, $"up{{environment=\"prod\", instance=\"{prometheus.Url.Authority}\", job=\"self\"}}", " 1")));
        await UntilAsync(host, lines => lines.Any(line => line.Contains("prometheus_http_request_duration_seconds_bucket{", StringComparison.Ordinal)));

        Volatile.Write(ref isGone, true);
        await UntilAsync(host, lines => lines.Any(line => Is(line, orders, " stale")));
    }

    private static bool Is(string line, string series, string end) =>
        line.StartsWith($"sample Unknown {series} ", StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal);

    private static Task UntilAsync(CollectorHost host, Func<IReadOnlyList<string>, bool> condition) =>
        Eventually.TrueAsync(() => condition(Lines(host)), TimeSpan.FromSeconds(20), "the samples that were waited for are on the bus");

    private static IReadOnlyList<string> Lines(CollectorHost host) => FrameText.Of(host.Bus.Published.Select(frame => (ReadOnlyMemory<byte>)frame.Bytes));

    private static Task<HttpResponseMessage> PostAsync(CollectorHost host, byte[] body, string contentType = "application/x-protobuf", string? encoding = "snappy")
    {
        var content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        return host.PostAsync("/api/v1/write", content, ("X-Prometheus-Remote-Write-Version", "0.1.0"));
    }
}
