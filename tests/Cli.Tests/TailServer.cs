using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Observability.TestKit;

namespace Observability.Cli.Tests;

/// <summary>A server of Loki's <c>tail</c> at the wire: each connection gets the next script of messages and is then closed as it says.</summary>
internal sealed class TailServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Queue<(WebSocketCloseStatus Status, string Reason, string[] Messages)> _scripts;

    private TailServer(WebApplication app, IEnumerable<(WebSocketCloseStatus Status, string Reason, string[] Messages)> scripts)
    {
        _app = app;
        _scripts = new(scripts);
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>Address and key of each connection.</summary>
    public List<(string Address, string Key)> Asked { get; } = [];

    /// <summary>A connection beyond the last script is held open; whoever waits for it has seen all messages.</summary>
    public TaskCompletionSource AllTold { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<TailServer> StartAsync(params (WebSocketCloseStatus Status, string Reason, string[] Messages)[] scripts)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{FreePorts.Next()}");
        app.UseWebSockets();
        var server = new TailServer(app, scripts);
        app.Map("/loki/api/v1/tail", server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        Asked.Add((http.Request.QueryString.Value!, http.Request.Headers["X-Api-Key"].ToString()));
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        if (!_scripts.TryDequeue(out var script))
        {
            AllTold.TrySetResult();
            await socket.ReceiveAsync(new byte[16], http.RequestAborted);
            return;
        }
        foreach (var message in script.Messages)
        {
            // In two pieces, as a long one comes.
            var bytes = Encoding.UTF8.GetBytes(message);
            await socket.SendAsync(bytes.AsMemory(0, bytes.Length / 2), WebSocketMessageType.Text, endOfMessage: false, http.RequestAborted);
            await socket.SendAsync(bytes.AsMemory(bytes.Length / 2), WebSocketMessageType.Text, endOfMessage: true, http.RequestAborted);
        }
        await socket.CloseAsync(script.Status, script.Reason, http.RequestAborted);
    }
}
