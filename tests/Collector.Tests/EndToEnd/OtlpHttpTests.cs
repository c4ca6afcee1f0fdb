using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Observability.Collector.Tests.Support;
using Observability.Configuration;

namespace Observability.Collector.Tests.EndToEnd;

public sealed class OtlpHttpTests
{
    [Fact]
    public async Task Captured_requests_are_taken_in_the_encoding_that_they_came_in()
    {
        await using var host = await CollectorHost.StartAsync();
        using var logs = await host.PostAsync("/v1/logs", Content(SampleFiles.Bytes("otlp/logs.sdk_js.json"), "application/json"));
        using var metrics = await host.PostAsync("/v1/metrics", Content(SampleFiles.Bytes("otlp/metrics.sdk_js.pb.gz"), "application/x-protobuf", "gzip"));
        Assert.Equal(("application/json", "{}"), (logs.Content.Headers.ContentType?.MediaType, await logs.Content.ReadAsStringAsync()));
        Assert.Equal(("application/x-protobuf", 0), (metrics.Content.Headers.ContentType?.MediaType, (await metrics.Content.ReadAsByteArrayAsync()).Length));
        await host.Store.UntilAsync(() => host.Store.Lines.Any(line => line.Contains("load_orders failed", StringComparison.Ordinal)));
        await host.Bus.UntilAsync(() => host.Bus.Published.Any(frame => FrameText.Of(frame.Bytes).Any(line => line.StartsWith("sample", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Refused_records_are_a_partial_success_and_the_others_are_stored()
    {
        await using var host = await CollectorHost.StartAsync(Configurations.With(new LimitSettings { AttributesPerRecord = 0 }));
        var json = """{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"attributes":[{"key":"a","value":{"intValue":1}}]},{"body":{"stringValue":"kept"}}]}]}]}""";
        using var response = await host.PostAsync("/v1/logs", Content(Encoding.UTF8.GetBytes(json), "application/json"));
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("1", body.RootElement.GetProperty("partialSuccess").GetProperty("rejectedLogRecords").GetString());
        await host.Store.UntilAsync(() => host.Store.Lines.Any(line => line.Contains("'kept'", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("application/json", null, "{", HttpStatusCode.BadRequest)]
    [InlineData("application/x-protobuf", null, "\u0001\u0002", HttpStatusCode.BadRequest)]
    [InlineData("text/csv", null, "a", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "br", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "gzip", "{}", HttpStatusCode.BadRequest)]
    public async Task A_request_that_cannot_be_read_is_refused_as_a_whole(string contentType, string? encoding, string body, HttpStatusCode expected)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.PostAsync("/v1/logs", Content(Encoding.UTF8.GetBytes(body), contentType, encoding));
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(contentType == "application/x-protobuf" ? contentType : "application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Bodies_beyond_the_limit_are_refused_announced_chunked_or_inflated()
    {
        await using var host = await CollectorHost.StartAsync(Configurations.With(new LimitSettings { RequestBytes = 100_000, InflatedBytes = 200_000 }));
        var big = new byte[100_001];
        using var announced = await host.PostAsync("/v1/logs", Content(big, "application/json"));
        using var chunked = await host.PostAsync("/v1/logs", new StreamContent(new UnseekableStream(big)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } });
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[20_000_000]);
        }
        using var inflated = await host.PostAsync("/v1/logs", Content(bomb.ToArray(), "application/json", "gzip"));
        Assert.All([announced, chunked, inflated], response => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode));
        Assert.Contains("inflated_bytes", await inflated.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static ByteArrayContent Content(byte[] bytes, string contentType, string? encoding = null)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        return content;
    }

    /// <summary>Without a length, so that it is sent in chunks.</summary>
    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
