using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Observability.TestKit;

/// <summary>
/// An HTTP endpoint of somebody else (a Slack webhook, PagerDuty) on a free port of 127.0.0.1: it records each request and answers by a script.
/// Replies are used in order and the last one is repeated; without a script every answer is 200 <c>ok</c>.
/// </summary>
public sealed class ScriptedHttpServer : IAsyncDisposable
{
    /// <summary>A test that needs more than this counts instead of keeping; beyond it the server answers 507.</summary>
    private const int RequestsKept = 100_000;

    private readonly WebApplication _application;
    private readonly Func<RecordedRequest, int, HttpReply> _script;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private ImmutableList<RecordedRequest> _requests = [];

    private ScriptedHttpServer(Func<RecordedRequest, int, HttpReply> script, int port, TimeProvider time)
    {
        _script = script;
        _time = time;
        Url = new Uri($"http://127.0.0.1:{port}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public Uri Url { get; }

    /// <summary>All requests so far, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _requests;

    /// <summary>The time between the arrivals of neighbouring requests.</summary>
    public IReadOnlyList<TimeSpan> GapsBetweenRequests => [.. _requests.Zip(_requests.Skip(1), (left, right) => right.ReceivedAt - left.ReceivedAt)];

    public static Task<ScriptedHttpServer> StartAsync(params HttpReply[] replies) =>
        StartAsync((_, index) => replies.Length == 0 ? HttpReply.Ok() : replies[Math.Min(index, replies.Length - 1)]);

    /// <param name="script">Gets the request and its number (from 0), returns the answer; called from many threads at once.</param>
    /// <param name="port">A port of <see cref="FreePorts"/> when the address must be known before the server runs.</param>
    /// <param name="time">Stamps <see cref="RecordedRequest.ReceivedAt"/>; the system's clock when not given.</param>
    public static async Task<ScriptedHttpServer> StartAsync(Func<RecordedRequest, int, HttpReply> script, int? port = null, TimeProvider? time = null)
    {
        var server = new ScriptedHttpServer(script, port ?? FreePorts.Next(), time ?? TimeProvider.System);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>Waits until at least <paramref name="count"/> requests have arrived and returns all of them.</summary>
    /// <exception cref="TimeoutException">Fewer arrived in time; the message lists them.</exception>
    public async Task<IReadOnlyList<RecordedRequest>> WaitForRequestsAsync(int count, TimeSpan timeout)
    {
        if (!await Eventually.BecomesTrueAsync(() => Task.FromResult(_requests.Count >= count), timeout))
        {
            var arrived = string.Join(", ", _requests.Select(request => $"{request.Method} {request.Path}"));
            throw new TimeoutException($"{Url} got {_requests.Count} of {count} requests within {timeout.TotalSeconds:0.###} s: [{arrived}]");
        }
        return _requests;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _application.DisposeAsync();
        _closing.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new RecordedRequest(
            context.Request.Method,
            context.Request.Path,
            context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToImmutableDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(),
            _time.GetUtcNow());
        if (Record(request) is not { } index)
        {
            context.Response.StatusCode = StatusCodes.Status507InsufficientStorage;
            return;
        }
        await ReplyAsync(context, _script(request, index));
    }

    private int? Record(RecordedRequest request)
    {
        lock (_lock)
        {
            if (_requests.Count == RequestsKept)
            {
                return null;
            }
            _requests = _requests.Add(request);
            return _requests.Count - 1;
        }
    }

    private async Task ReplyAsync(HttpContext context, HttpReply reply)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token);
        try
        {
            await Task.Delay(reply.Delay, TimeProvider.System, leaving.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            return;
        }
        if (reply.CutsConnection)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }
        await context.Response.WriteAsync(reply.Body);
    }
}
