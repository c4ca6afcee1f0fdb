using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Snappy = IronSnappy.Snappy;

namespace Observability.Collector.Tests.EndToEnd;

public sealed class LokiPushHttpTests
{
    private const string Path = "/loki/api/v1/push";

    private static readonly byte[] s_json = Push.Of([("app", "orders"), ("env", "prod")], new Push.Entry(1_795_231_789_069_000_000, "pushed line")).Json();
    private static readonly byte[] s_protobuf = Snappy.Encode(Push.Of([("app", "orders"), ("env", "prod")], new Push.Entry(1_795_231_789_069_000_000, "pushed line")).Protobuf());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json", null)]
    [InlineData("application/json; charset=utf-8", "gzip")]
    [InlineData("application/x-protobuf", null)]
    [InlineData("application/x-protobuf", "snappy")]
    public async Task Lines_are_in_the_store_and_on_the_bus_after_a_204(string contentType, string? encoding)
    {
        await using var host = await CollectorHost.StartAsync();
        var body = contentType.Contains("json", StringComparison.Ordinal) ? encoding is null ? s_json : Gzip(s_json) : s_protobuf;
        using var response = await PostAsync(host, body, contentType, encoding);
        Assert.Equal((HttpStatusCode.NoContent, ""), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
        await host.Bus.UntilAsync(() => Lines(host).Any(static line => line.StartsWith("log 1795231789069000000 0 'pushed line'", StringComparison.Ordinal)));
        Assert.Contains("\"source\":\"loki\"", await host.Client.GetStringAsync(new Uri("/api/v1/sources", UriKind.Relative), Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("push.winston_loki.json", "application/json")]
    [InlineData("push.winston_loki.snappy.pb", "application/x-protobuf")]
    public async Task What_winston_loki_sent_is_taken_as_it_came(string sample, string contentType)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await PostAsync(host, SampleFiles.Bytes($"loki/{sample}"), contentType);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await host.Bus.UntilAsync(() => Lines(host).Count(static line => line.StartsWith("log ", StringComparison.Ordinal)) == 2);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/json", "snappy")]
    [InlineData("application/x-protobuf", "gzip")]
    public async Task Another_type_or_encoding_is_told_415(string contentType, string? encoding)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await PostAsync(host, s_json, contentType, encoding);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Of_a_push_with_one_bad_entry_nothing_is_stored()
    {
        await using var host = await CollectorHost.StartAsync();
        var before = host.Spool.NewestSequence;
        using var response = await PostAsync(host, """{"streams":[{"stream":{"a":"b"},"values":[["1","fine"],["1",{}]]}]}"""u8.ToArray(), "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            """{"error":"malformed","reason":"the line of an entry must be a string","position":"stream 1, entry 2, line 1, byte 61"}""",
            await response.Content.ReadAsStringAsync(Cancellation));
        Assert.DoesNotContain(Lines(host), static line => line.Contains("fine", StringComparison.Ordinal));
        using var good = await PostAsync(host, s_json, "application/json");
        await host.Bus.UntilAsync(() => Lines(host).Any(static line => line.Contains("pushed line", StringComparison.Ordinal)));
        Assert.DoesNotContain(Lines(host), static line => line.Contains("fine", StringComparison.Ordinal));
        Assert.True(host.Spool.NewestSequence > before);
    }

    [Fact]
    public async Task Damaged_bodies_are_never_answered_5xx()
    {
        await using var host = await CollectorHost.StartAsync();
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var source = seed % 2 == 0 ? s_json : s_protobuf;
            var damaged = source[..random.Next(source.Length)];
            if (damaged.Length > 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }
            using var response = await PostAsync(host, damaged, seed % 2 == 0 ? "application/json" : "application/x-protobuf");
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"seed {seed}: {response.StatusCode}");
        }
        Assert.DoesNotContain(Lines(host), static line => line.StartsWith("log ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_much_is_413_and_a_full_spool_is_503_with_a_time_to_come_back()
    {
        using var bus = new MemoryBus { IsHeld = true };
        await using var host = await CollectorHost.StartAsync(
            Configurations.With(new LimitSettings { SpoolBytes = 640 << 10, RequestBytes = 300_000, InflatedBytes = 400_000 }), bus: bus, segmentBytes: 64 << 10);
        using var tooLarge = await PostAsync(host, new byte[300_001], "application/json");
        using var bomb = await PostAsync(host, Snappy.Encode(new byte[400_001]), "application/x-protobuf");
        using var gzipBomb = await PostAsync(host, Gzip(new byte[400_001]), "application/json", "gzip");
        Assert.All([tooLarge, bomb, gzipBomb], static response => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode));

        var last = HttpStatusCode.NoContent;
        for (var i = 0; i < 100 && last == HttpStatusCode.NoContent; i++)
        {
            var line = new string((char)('a' + (i % 26)), 15_000);
            using var response = await PostAsync(host, Push.Of([("app", "big")], new Push.Entry(0, line)).Json(), "application/json");
            last = response.StatusCode;
            Assert.Equal(last == HttpStatusCode.ServiceUnavailable, response.Headers.RetryAfter is not null);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, last);
    }

    [Fact]
    public async Task A_key_without_the_role_ingest_may_not_push()
    {
        var key = new ApiKey { Name = "reader", Line = 1, Sha256 = System.Security.Cryptography.SHA256.HashData("secret"u8), Roles = AccessRoles.Read, Environments = [] };
        await using var host = await CollectorHost.StartAsync(Configurations.With(access: new AccessConfiguration { Keys = [key] }));
        using var unnamed = await PostAsync(host, s_json, "application/json");
        Assert.Equal(HttpStatusCode.Unauthorized, unnamed.StatusCode);
        using var reader = await host.PostAsync(Path, Content(s_json, "application/json", null), ("Authorization", "Bearer secret"));
        Assert.Equal(HttpStatusCode.Forbidden, reader.StatusCode);
    }

    private static IReadOnlyList<string> Lines(CollectorHost host) => FrameText.Of(host.Bus.Published.Select(static frame => (ReadOnlyMemory<byte>)frame.Bytes));

    private static byte[] Gzip(byte[] body)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionMode.Compress))
        {
            gzip.Write(body);
        }
        return target.ToArray();
    }

    private static Task<HttpResponseMessage> PostAsync(CollectorHost host, byte[] body, string contentType, string? encoding = null) =>
        host.PostAsync(Path, Content(body, contentType, encoding), ("X-Scope-OrgID", "tenant"));

    private static ByteArrayContent Content(byte[] body, string contentType, string? encoding)
    {
        var content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        return content;
    }
}
