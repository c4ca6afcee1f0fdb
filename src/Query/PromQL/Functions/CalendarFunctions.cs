namespace Observability.Query.PromQL;

/// <summary>Parts of a date in UTC, read from a sample's value in Unix seconds.</summary>
internal static class CalendarFunctions
{
    private static readonly Dictionary<string, Func<DateTime, int>> Functions = new(StringComparer.Ordinal)
    {
        ["day_of_month"] = static time => time.Day,
        ["day_of_week"] = static time => (int)time.DayOfWeek,
        ["day_of_year"] = static time => time.DayOfYear,
        ["days_in_month"] = static time => DateTime.DaysInMonth(time.Year, time.Month),
        ["hour"] = static time => time.Hour,
        ["minute"] = static time => time.Minute,
        ["month"] = static time => time.Month,
        ["year"] = static time => time.Year,
    };

    private static readonly double LastSecond = (DateTime.MaxValue - DateTime.UnixEpoch).TotalSeconds - 1;
    private static readonly double FirstSecond = (DateTime.MinValue - DateTime.UnixEpoch).TotalSeconds;

    public static IEnumerable<string> Names => Functions.Keys;

    /// <returns>The function, or null; it gives NaN for a value outside the years 1 to 9999.</returns>
    public static Func<double, double>? Find(string name) => Functions.TryGetValue(name, out var part)
        ? seconds => seconds >= FirstSecond && seconds <= LastSecond ? part(DateTime.UnixEpoch.AddSeconds(Math.Truncate(seconds))) : double.NaN
        : null;
}
