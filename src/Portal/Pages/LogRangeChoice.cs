using System.Globalization;
using Observability.Portal.Wording;
using Observability.Query.LogQL;
using Observability.Telemetry;

namespace Observability.Portal.Pages;

/// <summary>
/// The time that an address of the Logs page asks for. What somebody typed (<c>from</c>, <c>to</c>, in the reader's zone) holds over what was chosen
/// (<c>range</c>), and that over the time that a link fixed (<c>start</c>, <c>end</c>, Unix milliseconds): the form sends all of them.
/// </summary>
internal static class LogRangeChoice
{
    public static readonly IReadOnlyList<(string Value, string Word, TimeSpan Length)> All =
    [
        ("15m", "Last 15 min", TimeSpan.FromMinutes(15)), ("1h", "Last hour", TimeSpan.FromHours(1)), ("6h", "Last 6 hours", TimeSpan.FromHours(6)),
        ("24h", "Last 24 hours", TimeSpan.FromHours(24)), ("7d", "Last 7 days", TimeSpan.FromDays(7)), ("30d", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    private const string Default = "1h";

    /// <summary>What one of the two fields alone stands for.</summary>
    private static readonly TimeSpan s_otherEnd = TimeSpan.FromHours(1);

    /// <returns>The range, and which of <see cref="All"/> it is; empty when it is a fixed time.</returns>
    public static (LogRange Range, string Name) Of(IQueryCollection query, ReaderZone zone, DateTimeOffset now)
    {
        if (Typed(zone.Read(query["from"].ToString()), zone.Read(query["to"].ToString()), now) is { } typed)
        {
            return (typed, "");
        }
        var chosen = All.FirstOrDefault(candidate => candidate.Value == query["range"].ToString());
        if (chosen.Value is null && MillisecondsOf(query["start"].ToString()) is { } from && MillisecondsOf(query["end"].ToString()) is { } until && from < until)
        {
            return (new LogRange(from * 1_000_000, until * 1_000_000), "");
        }
        var range = chosen.Value is null ? All.First(static candidate => candidate.Value == Default) : chosen;
        var last = now.ToUnixTimeMilliseconds() + 1;
        return (new LogRange((last - (long)range.Length.TotalMilliseconds) * 1_000_000, last * 1_000_000), range.Value);
    }

    /// <summary>A time of a line, as addresses hold it; null when it is none.</summary>
    public static long? NanosecondsOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && time < LogQLLimits.MaximumTimeNanoseconds ? time : null;

    private static long? MillisecondsOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && time < LogQLLimits.MaximumTimeNanoseconds / 1_000_000 ? time : null;

    // A field holds minutes; the last one is meant whole. Whoever mixed the two up meant the time between them all the same.
    private static LogRange? Typed(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        if (from is null && to is null)
        {
            return null;
        }
        var (start, end) = (from ?? to!.Value - s_otherEnd, to ?? (from > now ? from.Value + s_otherEnd : now));
        var (first, last) = start <= end ? (start, end) : (end, start);
        var range = (Start: first.ToUnixTimeMilliseconds(), End: last.AddMinutes(to is null ? 0 : 1).ToUnixTimeMilliseconds());
        return range.Start >= 0 && range.Start < range.End && range.End < LogQLLimits.MaximumTimeNanoseconds / 1_000_000 ? new LogRange(range.Start * 1_000_000, range.End * 1_000_000) : null;
    }
}
