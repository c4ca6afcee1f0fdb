namespace Observability.Configuration;

/// <summary>A named list of intervals, used by <c>mute_time_intervals</c> and <c>active_time_intervals</c>. It holds when any of them does.</summary>
public sealed record NamedTimeInterval(string Name, int Line, IReadOnlyList<TimeInterval> Intervals)
{
    public bool Contains(DateTimeOffset time) => Intervals.Any(interval => interval.Contains(time));
}

/// <summary>
/// Alertmanager's time interval: every field that is set must hold, within a field any range. Ranges include both ends, but for times, whose end is exclusive.
/// </summary>
public sealed record TimeInterval
{
    /// <summary>Minutes since midnight, end exclusive; 1440 is the end of the day.</summary>
    public IReadOnlyList<InclusiveRange> Times { get; init; } = [];

    /// <summary>0 is Sunday.</summary>
    public IReadOnlyList<InclusiveRange> Weekdays { get; init; } = [];

    /// <summary>1 to 31, or -1 (the last day) to -31.</summary>
    public IReadOnlyList<InclusiveRange> DaysOfMonth { get; init; } = [];

    /// <summary>1 is January.</summary>
    public IReadOnlyList<InclusiveRange> Months { get; init; } = [];

    public IReadOnlyList<InclusiveRange> Years { get; init; } = [];

    public TimeZoneInfo Location { get; init; } = TimeZoneInfo.Utc;

    public bool Contains(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Location);
        var minute = (local.Hour * 60) + local.Minute;
        return (Times.Count == 0 || Times.Any(range => minute >= range.Begin && minute < range.End))
            && (DaysOfMonth.Count == 0 || DaysOfMonth.Any(range => ContainsDay(range, local)))
            && IsIn(Months, local.Month)
            && IsIn(Weekdays, (int)local.DayOfWeek)
            && IsIn(Years, local.Year);
    }

    private static bool IsIn(IReadOnlyList<InclusiveRange> ranges, int value) =>
        ranges.Count == 0 || ranges.Any(range => value >= range.Begin && value <= range.End);

    private static bool ContainsDay(InclusiveRange range, DateTimeOffset local)
    {
        var days = DateTime.DaysInMonth(local.Year, local.Month);
        var begin = range.Begin < 0 ? days + range.Begin + 1 : range.Begin;
        var end = range.End < 0 ? days + range.End + 1 : range.End;
        // 31 in a month of 30 days is not the 30th: a range that lies wholly outside the month holds on no day of it.
        return begin <= days && end >= 1 && local.Day >= Math.Max(begin, 1) && local.Day <= Math.Min(end, days);
    }
}

public readonly record struct InclusiveRange(int Begin, int End);
