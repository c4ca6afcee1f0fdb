using Microsoft.Extensions.Logging.Abstractions;
using Observability.LogStore.Elasticsearch;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.LogStore.Tests.Elasticsearch;

/// <summary>What a busy, broken or missing node answers, scripted at the wire: a real one cannot be told to answer so.</summary>
public sealed class ElasticsearchFaultTests
{
    private const string Taken = """{"errors":false,"items":[{"create":{"status":201}},{"create":{"status":201}},{"create":{"status":201}}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_that_the_node_refuses_is_returned_and_a_repeated_one_is_no_fault()
    {
        const string Answer = """{"errors":true,"items":[{"create":{"status":201}},{"create":{"status":409,"error":{"reason":"exists"}}},"""
            + """{"create":{"status":400,"error":{"reason":"failed to parse","caused_by":{"reason":"immense term"}}}}]}""";
        await using var server = await ServerAsync(HttpReply.Json(Answer));
        await using var store = Store(server);
        var refused = Assert.Single((await store.AppendAsync([Frames.Of(7, Frames.Lines(1, 3))], Token)).Refused);
        Assert.Equal(new RefusedRecord(new FrameName(Frames.Incarnation, 7), 2, "failed to parse: immense term"), refused);
    }

    [Theory]
    [InlineData("""{"errors":true,"items":[{"create":{"status":201}},{"create":{"status":429,"error":{"reason":"queue is full"}}},{"create":{"status":201}}]}""", 200, "queue is full")]
    [InlineData("""{"error":{"reason":"circuit broken"},"status":429}""", 429, "circuit broken")]
    [InlineData("""{"error":{"reason":"no master"},"status":503}""", 503, "no master")]
    [InlineData("<html>gateway</html>", 502, "no JSON")]
    public async Task A_busy_node_is_a_fault_for_the_sender_to_repeat(string body, int status, string reason)
    {
        await using var server = await ServerAsync(HttpReply.Json(body, status), HttpReply.Json(Taken));
        await using var store = Store(server);
        var fault = await Assert.ThrowsAsync<IOException>(() => store.AppendAsync([Frames.Of(1, Frames.Lines(1, 3))], Token));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Empty((await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 3))], Token)).Refused);
    }

    [Fact]
    public async Task Both_attempts_name_the_same_documents()
    {
        await using var server = await ServerAsync(HttpReply.Cut(), HttpReply.Json(Taken));
        await using var store = Store(server);
        await Assert.ThrowsAsync<IOException>(() => store.AppendAsync([Frames.Of(1, Frames.Lines(1, 3))], Token));
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 3))], Token);
        var bulks = server.Requests.Where(request => request.Path == "/_bulk").ToList();
        Assert.Equal(2, bulks.Count);
        Assert.Equal(bulks[0].Text, bulks[1].Text);
        Assert.Contains("\"_id\":\"a1b2c3d4e5f60718-1-2\"", bulks[1].Text, StringComparison.Ordinal);
        Assert.Contains("\"_index\":\"logs-obs-prod\"", bulks[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_append_becomes_several_requests_within_the_limit()
    {
        await using var server = await ServerAsync(HttpReply.Json("""{"errors":false,"items":[]}"""));
        await using var store = Store(server, new ElasticsearchStoreOptions { Address = ElasticsearchAddress.Parse(server.Url.ToString()), BulkBytes = 64 * 1024 });
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1000))], Token);
        var bulks = server.Requests.Where(request => request.Path == "/_bulk").ToList();
        Assert.True(bulks.Count > 3, $"{bulks.Count} requests");
        Assert.All(bulks, bulk => Assert.InRange(bulk.Body.Length, 1, 65 * 1024));
        Assert.Equal(2000, bulks.Sum(bulk => bulk.Text.Count(character => character == '\n')));
    }

    [Theory]
    [InlineData("prod", "prod")]
    [InlineData("local", "ephemeral")]
    [InlineData("pr-17", "ephemeral")]
    public void Short_lived_environments_share_a_data_stream(string environment, string expected) =>
        Assert.Equal(expected, new ElasticsearchStoreOptions { Address = ElasticsearchAddress.Parse("http://node") }.DataStreamOf(environment));

    [Fact]
    public async Task A_node_that_is_not_there_is_named()
    {
        var url = $"http://127.0.0.1:{FreePorts.Next()}/";
        using var http = new HttpClient();
        await using var store = new ElasticsearchLogStore(http, new ElasticsearchStoreOptions { Address = ElasticsearchAddress.Parse(url) }, NullLogger<ElasticsearchLogStore>.Instance);
        var fault = await Assert.ThrowsAsync<IOException>(() => store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token));
        Assert.Contains(url, fault.Message, StringComparison.Ordinal);
    }

    private static ElasticsearchLogStore Store(ScriptedHttpServer server, ElasticsearchStoreOptions? options = null) =>
        new(new HttpClient(), options ?? new ElasticsearchStoreOptions { Address = ElasticsearchAddress.Parse(server.Url.ToString()) }, NullLogger<ElasticsearchLogStore>.Instance);

    /// <summary>Answers bulks by the script and everything else with what a node says that is content.</summary>
    private static Task<ScriptedHttpServer> ServerAsync(params HttpReply[] bulks)
    {
        var sent = -1;
        return ScriptedHttpServer.StartAsync((request, _) =>
            request.Path == "/_bulk" ? bulks[Math.Min(Interlocked.Increment(ref sent), bulks.Length - 1)] : HttpReply.Json("{}"));
    }
}
