using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Telemetry;

namespace Observability.Portal.Reading;

/// <summary>What is followed, and how far it has come.</summary>
/// <param name="query">Which lines.</param>
/// <param name="logs">What the reader may see.</param>
/// <param name="from">Lines from here on, in Unix nanoseconds.</param>
/// <param name="limit">Lines that the first message has at most: the newest.</param>
/// <param name="delaySeconds">How long lines are held back, so that slow senders' stand in order.</param>
internal sealed class LogTail(LogSelectorExpression query, ILogSource logs, long from, int limit, int delaySeconds = 0)
{
    /// <summary>How much a line may be older than one that was told before, in nanoseconds: senders batch for some seconds, and stores flush every five.</summary>
    public const long LateNanoseconds = 10_000_000_000;

    /// <summary>Lines remembered as told. A stream that gives more in the time of <see cref="LateNanoseconds"/> is told without looking back.</summary>
    private const int MaximumRemembered = 50_000;

    private readonly HashSet<(long Time, LabelSet Labels, string Line)> _told = [];

    public LogSelectorExpression Query => query;

    public ILogSource Logs => logs;

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
        From = Math.Max(From, last - LateNanoseconds);
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
