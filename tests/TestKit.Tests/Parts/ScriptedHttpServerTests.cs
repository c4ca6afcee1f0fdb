using System.Net;

namespace Observability.TestKit.Tests.Parts;

public sealed class ScriptedHttpServerTests : IDisposable
{
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Replies_come_in_order_and_the_last_one_is_repeated()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.RateLimited(retryAfterSeconds: 2), HttpReply.Error(503), HttpReply.Ok("fine"));
        using var first = await PostAsync(server, "one");
        using var second = await PostAsync(server, "two");
        using var third = await PostAsync(server, "three");
        using var fourth = await PostAsync(server, "four");

        Assert.Equal(TimeSpan.FromSeconds(2), first.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal("fine", await third.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("fine", await fourth.Content.ReadAsStringAsync(Cancellation));
        var requests = await server.WaitForRequestsAsync(4, TimeSpan.FromSeconds(5));
        Assert.Equal(["one", "two", "three", "four"], requests.Select(request => request.Text));
        Assert.Equal(("POST", "/services/T1"), (requests[0].Method, requests[0].Path));
        Assert.StartsWith("text/plain", requests[0].Headers["content-type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_connection_is_an_error_at_the_client_and_the_request_is_still_recorded()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Cut());
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, "lost"));
        Assert.Equal("lost", server.Requests[0].Text);
    }

    [Fact]
    public async Task A_hanging_reply_ends_with_the_clients_patience_and_does_not_hold_up_the_end()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Hang());
        using var patience = new CancellationTokenSource();
        var hanging = PostAsync(server, "never", patience.Token);
        await server.WaitForRequestsAsync(1, TimeSpan.FromSeconds(5));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
    }

    [Fact]
    public async Task Too_few_requests_are_a_timeout_that_names_what_came()
    {
        await using var server = await ScriptedHttpServer.StartAsync();
        using var _ = await PostAsync(server, "only");
        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => server.WaitForRequestsAsync(2, TimeSpan.FromMilliseconds(20)));
        Assert.Contains("1 of 2", timeout.Message, StringComparison.Ordinal);
        Assert.Contains("POST /services/T1", timeout.Message, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(ScriptedHttpServer server, string text, CancellationToken cancellationToken = default)
    {
        using var content = new StringContent(text);
        return await _http.PostAsync(new Uri(server.Url, "services/T1"), content, cancellationToken);
    }
}
