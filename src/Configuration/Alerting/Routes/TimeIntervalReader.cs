using System.Globalization;
using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>time_intervals</c> and the older <c>mute_time_intervals</c> (https://prometheus.io/docs/alerting/latest/configuration/#time_interval).</summary>
internal static class TimeIntervalReader
{
    private static readonly string[] s_weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private static readonly string[] s_months =
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ];

    public static IReadOnlyList<NamedTimeInterval> ReadAll(MappingReader root)
    {
        var intervals = new List<NamedTimeInterval>();
        foreach (var item in root.Items("mute_time_intervals").Concat(root.Items("time_intervals")))
        {
            if (item.AsMapping() is not { } mapping)
            {
                continue;
            }
            var name = mapping.RequiredText("name", "routes refer to a time interval by its name");
            var parts = mapping.Items("time_intervals").Select(part => part.AsMapping()).OfType<MappingReader>().Select(ReadOne).ToList();
            mapping.Finish();
            if (intervals.Find(interval => interval.Name == name) is { } first)
            {
                item.Error($"time interval '{name}' is defined twice; first in line {first.Line}");
            }
            if (parts.Count == 0)
            {
                item.Warn($"time interval '{name}' holds no times, so it never applies");
            }
            intervals.Add(new NamedTimeInterval(name, mapping.Line, parts));
        }
        return intervals;
    }

    private static TimeInterval ReadOne(MappingReader mapping)
    {
        var interval = new TimeInterval
        {
            Times = [.. mapping.Items("times").Select(ReadTimes).OfType<InclusiveRange>()],
            Weekdays = ReadRanges(mapping, "weekdays", ParseWeekday, "a weekday such as monday, or monday:friday"),
            DaysOfMonth = ReadRanges(mapping, "days_of_month", ParseDay, "a day from 1 to 31 or -31 to -1, or a range such as 1:5 or -3:-1"),
            Months = ReadRanges(mapping, "months", ParseMonth, "a month such as january or 1, or a range such as 1:3"),
            Years = ReadRanges(mapping, "years", text => ParseNumber(text, 1, 9999), "a year such as 2026, or a range such as 2026:2028"),
            Location = ReadLocation(mapping),
        };
        mapping.Finish();
        return interval;
    }

    private static InclusiveRange? ReadTimes(NodeReader item)
    {
        if (item.AsMapping() is not { } mapping)
        {
            return null;
        }
        var begin = ReadMinute(mapping, "start_time");
        var end = ReadMinute(mapping, "end_time");
        mapping.Finish();
        if (begin >= end)
        {
            mapping.Error("start_time must be before end_time; write an interval over midnight as two");
        }
        return begin is null || end is null ? null : new InclusiveRange(begin.Value, end.Value);
    }

    private static int? ReadMinute(MappingReader mapping, string key)
    {
        var text = mapping.RequiredText(key, "a time of day such as 09:00");
        if (text.Length == 0)
        {
            return null;
        }
        if (text == "24:00")
        {
            return 24 * 60;
        }
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return (time.Hour * 60) + time.Minute;
        }
        mapping.Error(key, $"must be a time from 00:00 to 24:00 with two digits each, not '{text}'");
        return null;
    }

    private static List<InclusiveRange> ReadRanges(MappingReader mapping, string key, Func<string, int?> parse, string expected)
    {
        var ranges = new List<InclusiveRange>();
        foreach (var item in mapping.Items(key))
        {
            var text = item.AsText()?.ToLowerInvariant();
            if (text is null)
            {
                continue;
            }
            var parts = text.Split(':');
            var begin = parse(parts[0].Trim());
            var end = parts.Length == 2 ? parse(parts[1].Trim()) : begin;
            if (parts.Length > 2 || begin is null || end is null)
            {
                item.Error($"must be {expected}, not '{text}'");
            }
            else if (IsReversed(begin.Value, end.Value))
            {
                item.Error($"'{text}' ends before it begins");
            }
            else
            {
                ranges.Add(new InclusiveRange(begin.Value, end.Value));
            }
        }
        return ranges;
    }

    /// <summary>Days counted from the end depend on the month; they are compared as in the shortest one, as Alertmanager does.</summary>
    private static bool IsReversed(int begin, int end) => (begin < 0 && end > 0) || (begin < 0 ? 28 + begin : begin) > (end < 0 ? 28 + end : end);

    private static int? ParseWeekday(string text) => Array.IndexOf(s_weekdays, text) is >= 0 and var day ? day : null;

    private static int? ParseDay(string text) => ParseNumber(text, -31, 31) is { } day and not 0 ? day : null;

    private static int? ParseMonth(string text) => Array.IndexOf(s_months, text) is >= 0 and var index ? index + 1 : ParseNumber(text, 1, 12);

    private static int? ParseNumber(string text, int minimum, int maximum) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum ? number : null;

    private static TimeZoneInfo ReadLocation(MappingReader mapping)
    {
        var name = mapping.Text("location");
        if (name is null or "" or "UTC")
        {
            return TimeZoneInfo.Utc;
        }
        if (name == "Local")
        {
            return TimeZoneInfo.Local;
        }
        // Names become paths below the time zone database: nothing may lead out of it.
        var isName = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+') && !name.StartsWith('/');
        if (isName && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }
        mapping.Error("location", $"'{name}' is not a time zone of this machine; write a name such as Europe/Berlin (and install tzdata if it is missing)");
        return TimeZoneInfo.Utc;
    }
}
