using System.Net.WebSockets;
using System.Text;
using Observability.Configuration;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// Loki's <c>tail</c>: a WebSocket that gives the newest lines of a query and then new ones as they become searchable. Each second the store is asked again
/// from a little before the last line on, so that lines that arrive late or out of order are told too; each line is told once.
/// </summary>
internal sealed class LokiTail(LogQLEngine engine, ILogSource source, TimeProvider time, ILogger<LokiTail> logger) : IDisposable
{
    /// <summary>Loki's <c>max_concurrent_tail_requests</c>: each asks the store once a second.</summary>
    private const int ConcurrentTails = 10;

    /// <summary>Lines of one message. When more arrive in a second the rest follows a second later: nothing is dropped.</summary>
    private const int MaximumLinesAtOnce = 1_000;

    /// <summary>Lines remembered as told. A stream that gives more in the time of <see cref="Late"/> is told without looking back.</summary>
    private const int MaximumRemembered = 50_000;

    /// <summary>Loki's <c>tail_max_duration</c>; a client that wants more connects again.</summary>
    private static readonly TimeSpan MaximumDuration = TimeSpan.FromHours(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How much a line may be older than one that was told before: senders batch for some seconds, and stores flush every five.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take to answer a goodbye.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a close frame holds (RFC 6455, 5.5).</summary>
    private const int MaximumReasonBytes = 123;

    private readonly SemaphoreSlim _places = new(ConcurrentTails);

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/loki/api/v1/tail", TailAsync).RequireRole(AccessRoles.Read);

    public void Dispose() => _places.Dispose();

    private async Task TailAsync(HttpContext http)
    {
        Tailing tailing;
        try
        {
            tailing = Read(await LokiRequest.ReadAsync(http.Request, time.GetUtcNow()), new VisibleLogs(source, http.GetActor()));
        }
        catch (QueryException exception)
        {
            await LokiAnswer.Refused(exception).WriteAsync(http.Response);
            return;
        }
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
            await FollowAsync(socket, tailing, http.RequestAborted);
        }
        finally
        {
            _places.Release();
        }
    }

    private static Tailing Read(LokiRequest request, VisibleLogs logs) => new(
        request.Query as LogSelectorExpression ?? throw LokiRequest.Refused("the query gives numbers; tail follows lines, as {source=\"dbt\"} |= \"error\""),
        logs,
        request.Range.StartNanoseconds,
        request.Limit,
        request.Has("delay_for") && request.Text("delay_for") != "0" ? request.Count("delay_for", 0, maximum: 5) : 0);

    private async Task FollowAsync(WebSocket socket, Tailing tailing, CancellationToken aborted)
    {
        using var ending = new CancellationTokenSource(MaximumDuration, time);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, gone.Token);
        var listening = ListenAsync(socket, gone);
        var (status, reason) = (WebSocketCloseStatus.NormalClosure, $"a tail lasts at most {MaximumDuration.TotalMinutes:0} minutes; connect again");
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            await SendAsync(socket, await NewestAsync(tailing, either.Token), either.Token);
            while (await timer.WaitForNextTickAsync(either.Token))
            {
                await SendAsync(socket, await NewAsync(tailing, either.Token), either.Token);
            }
        }
        catch (QueryException exception)
        {
            (status, reason) = (WebSocketCloseStatus.InternalServerError, exception.Reason);
        }
        catch (IOException exception)
        {
            Log.LogStoreAway(logger, "/loki/api/v1/tail", exception.Message);
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

    private async Task<List<LogEntry>> NewestAsync(Tailing tailing, CancellationToken cancellationToken)
    {
        var lines = new List<LogEntry>();
        await foreach (var entry in engine.QueryLogsAsync(tailing.Query, tailing.Logs, new LogRange(tailing.From, Until(tailing)), LogDirection.Backward, tailing.Limit, cancellationToken))
        {
            lines.Add(entry);
        }
        lines.Reverse();
        if (lines.Count == tailing.Limit)
        {
            // The older ones were not asked for.
            tailing.BeginAt(lines[0].TimeUnixNanoseconds);
        }
        tailing.Remember(lines);
        return lines;
    }

    private async Task<List<LogEntry>> NewAsync(Tailing tailing, CancellationToken cancellationToken)
    {
        var lines = new List<LogEntry>();
        var range = new LogRange(tailing.From, Math.Max(tailing.From, Until(tailing)));
        await foreach (var entry in engine.QueryLogsAsync(tailing.Query, tailing.Logs, range, LogDirection.Forward, MaximumLinesAtOnce + tailing.Remembered, cancellationToken))
        {
            if (!tailing.Knows(entry))
            {
                lines.Add(entry);
            }
        }
        tailing.Remember(lines);
        return lines;
    }

    private long Until(Tailing tailing) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100 - (tailing.DelaySeconds * 1_000_000_000L);

    private static async Task SendAsync(WebSocket socket, List<LogEntry> lines, CancellationToken cancellationToken)
    {
        if (lines.Count > 0)
        {
            await socket.SendAsync(LokiAnswer.Tailed(lines), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
    }

    /// <summary>One tail: what it follows, and how far it has come.</summary>
    private sealed class Tailing(LogSelectorExpression query, VisibleLogs logs, long from, int limit, int delaySeconds)
    {
        private readonly HashSet<(long Time, LabelSet Labels, string Line)> _told = [];

        public LogSelectorExpression Query => query;

        public VisibleLogs Logs => logs;

        public int Limit => limit;

        public int DelaySeconds => delaySeconds;

        /// <summary>Where the next look begins.</summary>
        public long From { get; private set; } = from;

        public int Remembered => _told.Count;

        public void BeginAt(long timeUnixNanoseconds) => From = Math.Max(From, timeUnixNanoseconds);

        public bool Knows(LogEntry entry) => _told.Contains((entry.TimeUnixNanoseconds, entry.Labels, entry.Line));

        public void Remember(List<LogEntry> lines)
        {
            if (lines.Count == 0)
            {
                return;
            }
            var last = lines.Max(static line => line.TimeUnixNanoseconds);
            From = Math.Max(From, last - (Late.Ticks * 100));
            foreach (var line in lines)
            {
                _told.Add((line.TimeUnixNanoseconds, line.Labels, line.Line));
            }
            _told.RemoveWhere(told => told.Time < From);
            if (_told.Count > MaximumRemembered)
            {
                _told.Clear();
                From = last + 1;
            }
        }
    }
}
