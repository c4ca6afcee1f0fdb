using System.Net.Http.Json;
using System.Text.Json;

namespace Observability.TestKit.Tests.Servers;

public sealed class ElasticsearchServerTests
{
    private static readonly HttpClient _http = new();

    [Fact]
    public async Task A_node_indexes_dies_and_comes_back_with_the_document()
    {
        await using var node = await ElasticsearchServer.StartOwnAsync(TestContext.Current.CancellationToken).OrSkipAsync();
        using var created = await _http.PutAsJsonAsync(new Uri(node.Url, "kept/_doc/1?refresh=true"), new { message = "hello" });
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync());

        await node.Kill9Async();
        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetAsync(new Uri(node.Url, "_cluster/health")));

        await node.RestartAsync();
        Assert.Equal("hello", await MessageOfDocumentAsync(node));
    }

    private static async Task<string?> MessageOfDocumentAsync(ElasticsearchServer node)
    {
        using var health = await _http.GetAsync(new Uri(node.Url, "_cluster/health/kept?wait_for_status=yellow&timeout=30s"));
        Assert.True(health.IsSuccessStatusCode);
        var document = await _http.GetFromJsonAsync<JsonElement>(new Uri(node.Url, "kept/_doc/1"));
        return document.GetProperty("_source").GetProperty("message").GetString();
    }
}
