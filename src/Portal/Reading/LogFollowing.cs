using System.Net.WebSockets;
using System.Text;
using Observability.Portal.Api;
using Observability.Query.LogQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Portal.Reading;

/// <summary>
/// Gives the newest lines of a query over a WebSocket and then new ones as they become searchable. Each second the store is asked again from a little before
/// the last line on, so that lines that arrive late or out of order are told too; each line is told once. How a line is worded is the caller's: Loki's
/// <c>tail</c> and the Logs page follow alike and share the places.
/// </summary>
internal sealed class LogFollowing(LogQLEngine engine, TimeProvider time, ILogger<LogFollowing> logger) : IDisposable
{
    /// <summary>Loki's <c>max_concurrent_tail_requests</c>: each asks the store once a second.</summary>
    private const int ConcurrentTails = 10;

    /// <summary>Lines of one message. When more arrive in a second the rest follows a second later: nothing is dropped.</summary>
    private const int MaximumLinesAtOnce = 1_000;

    /// <summary>Loki's <c>tail_max_duration</c>; a client that wants more connects again.</summary>
    private static readonly TimeSpan MaximumDuration = TimeSpan.FromHours(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may take to answer a goodbye.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a close frame holds (RFC 6455, 5.5).</summary>
    private const int MaximumReasonBytes = 123;

    private readonly SemaphoreSlim _places = new(ConcurrentTails);

    public void Dispose() => _places.Dispose();

    /// <summary>Answers the request: with a WebSocket, or with 400 or 429 and the reason when it is none or no place is free.</summary>
    /// <param name="http">The request.</param>
    /// <param name="tail">What is followed.</param>
    /// <param name="word">Makes a message of lines, oldest first; it is never called without a line.</param>
    public async Task FollowAsync(HttpContext http, LogTail tail, Func<IReadOnlyList<LogEntry>, Task<ReadOnlyMemory<byte>>> word)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await LokiAnswer.Text(StatusCodes.Status400BadRequest, "tail is a WebSocket; query_range gives lines over HTTP").WriteAsync(http.Response);
            return;
        }
        if (!_places.Wait(0))
        {
            await LokiAnswer.Text(StatusCodes.Status429TooManyRequests, $"{ConcurrentTails} tails are open, which is the most; close one").WriteAsync(http.Response);
            return;
        }
        try
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await FollowAsync(socket, tail, word, http.Request.Path, http.RequestAborted);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task FollowAsync(WebSocket socket, LogTail tail, Func<IReadOnlyList<LogEntry>, Task<ReadOnlyMemory<byte>>> word, string path, CancellationToken aborted)
    {
        using var ending = new CancellationTokenSource(MaximumDuration, time);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, gone.Token);
        var listening = ListenAsync(socket, gone);
        var (status, reason) = (WebSocketCloseStatus.NormalClosure, $"a tail lasts at most {MaximumDuration.TotalMinutes:0} minutes; connect again");
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            await SendAsync(await NewestAsync(tail, either.Token));
            while (await timer.WaitForNextTickAsync(either.Token))
            {
                await SendAsync(await NewAsync(tail, either.Token));
            }
        }
        catch (QueryException exception)
        {
            (status, reason) = (WebSocketCloseStatus.InternalServerError, exception.Reason);
        }
        catch (IOException exception)
        {
            Log.LogStoreAway(logger, path, exception.Message);
            (status, reason) = (WebSocketCloseStatus.InternalServerError, "the log store does not answer; connect again in a minute");
        }
        catch (OperationCanceledException)
        {
            // The hour is over, or the client went away.
        }
        catch (WebSocketException)
        {
            // Went away without a word.
        }
        await SayGoodbyeAsync(socket, status, reason, listening);
        await gone.CancelAsync();
        await listening;

        async Task SendAsync(List<LogEntry> lines)
        {
            if (lines.Count > 0)
            {
                await socket.SendAsync(await word(lines), WebSocketMessageType.Text, endOfMessage: true, either.Token);
            }
        }
    }

    // Who stops listening before the client has answered resets the connection, and the client never reads why.
    private async Task SayGoodbyeAsync(WebSocket socket, WebSocketCloseStatus status, string reason, Task listening)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, Fitting(reason), patience.Token);
                await listening.WaitAsync(patience.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Gone, or too slow to be told.
        }
    }

    private static string Fitting(string reason)
    {
        var length = Math.Min(reason.Length, MaximumReasonBytes);
        while (length > 0 && (Encoding.UTF8.GetByteCount(reason.AsSpan(0, length)) > MaximumReasonBytes || char.IsHighSurrogate(reason[length - 1])))
        {
            length--;
        }
        return reason[..length];
    }

    // A client says nothing but goodbye; whatever comes ends the tail.
    private static async Task ListenAsync(WebSocket socket, CancellationTokenSource gone)
    {
        try
        {
            await socket.ReceiveAsync(new byte[256], gone.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Gone as well.
        }
        if (!gone.IsCancellationRequested)
        {
            await gone.CancelAsync();
        }
    }

    private async Task<List<LogEntry>> NewestAsync(LogTail tail, CancellationToken cancellationToken)
    {
        var lines = new List<LogEntry>();
        await foreach (var entry in engine.QueryLogsAsync(tail.Query, tail.Logs, new LogRange(tail.From, Math.Max(tail.From, Until(tail))), LogDirection.Backward, tail.Limit, cancellationToken))
        {
            lines.Add(entry);
        }
        lines.Reverse();
        if (lines.Count == tail.Limit)
        {
            // The older ones were not asked for.
            tail.BeginAt(lines[0].TimeUnixNanoseconds);
        }
        tail.Remember(lines);
        return lines;
    }

    private async Task<List<LogEntry>> NewAsync(LogTail tail, CancellationToken cancellationToken)
    {
        var lines = new List<LogEntry>();
        var range = new LogRange(tail.From, Math.Max(tail.From, Until(tail)));
        await foreach (var entry in engine.QueryLogsAsync(tail.Query, tail.Logs, range, LogDirection.Forward, MaximumLinesAtOnce + tail.Remembered, cancellationToken))
        {
            if (!tail.Knows(entry))
            {
                lines.Add(entry);
            }
        }
        tail.Remember(lines);
        return lines;
    }

    private long Until(LogTail tail) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100 - (tail.DelaySeconds * 1_000_000_000L);
}
