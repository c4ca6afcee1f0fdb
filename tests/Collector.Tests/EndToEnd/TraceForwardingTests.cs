using System.Net;
using Observability.Collector.Forwarding;
using Observability.Collector.Tests.Support;
using Observability.TestKit;

namespace Observability.Collector.Tests.EndToEnd;

public sealed class TraceForwardingTests
{
    private const string Spans = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"load","links":[{"traceId":"0ac7495a46c2b529c02c6318a6b2f640"}]}]}]}]}""";

    // Longer than any machine needs: a test that waits for nothing passes at once.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_tracer_gets_each_request_as_it_came_and_once_also_when_it_was_away()
    {
        await using var tracer = await ScriptedHttpServer.StartAsync(new HttpReply { Status = 503 }, new HttpReply { Status = 503 }, HttpReply.Ok());
        await using var host = await CollectorHost.StartAsync(Configurations.Shipped with { ForwardTracesTo = tracer.Url.ToString().TrimEnd('/') });
        using var response = await host.PostJsonAsync("/v1/traces", Spans);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var second = await host.PostJsonAsync("/v1/traces", Spans.Replace("load", "second", StringComparison.Ordinal));
        var requests = await tracer.WaitForRequestsAsync(4, s_patience);
        Assert.All(requests, static request => Assert.Equal(("/v1/traces", "POST"), (request.Path, request.Method)));
        Assert.Equal([Spans, Spans, Spans, Spans.Replace("load", "second", StringComparison.Ordinal)], requests.Select(static request => request.Text));
    }

    [Fact]
    public async Task What_a_tracer_refuses_for_good_is_not_sent_again()
    {
        await using var tracer = await ScriptedHttpServer.StartAsync(new HttpReply { Status = 400 }, HttpReply.Ok());
        await using var host = await CollectorHost.StartAsync(Configurations.Shipped with { ForwardTracesTo = tracer.Url.ToString().TrimEnd('/') });
        using var refused = await host.PostJsonAsync("/v1/traces", Spans.Replace("load", "refused", StringComparison.Ordinal));
        using var taken = await host.PostJsonAsync("/v1/traces", Spans);
        var requests = await tracer.WaitForRequestsAsync(2, s_patience);
        Assert.Equal(Spans, requests[1].Text);
    }

    [Fact]
    public async Task A_request_that_was_passed_on_goes_no_further()
    {
        await using var tracer = await ScriptedHttpServer.StartAsync();
        await using var host = await CollectorHost.StartAsync(Configurations.Shipped with { ForwardTracesTo = tracer.Url.ToString().TrimEnd('/') });
        using var passedOn = await host.PostJsonAsync("/v1/traces", Spans.Replace("load", "passed on", StringComparison.Ordinal), (CopySender.PassedOnHeader, "1"));
        using var fromSender = await host.PostJsonAsync("/v1/traces", Spans);
        // They go in order: were the first one forwarded, it would be the first here.
        Assert.Equal(Spans, (await tracer.WaitForRequestsAsync(1, s_patience))[0].Text);
        await host.Store.UntilAsync(() => host.Store.Lines.Any(static line => line.Contains("'passed on'", StringComparison.Ordinal)));
    }
}
