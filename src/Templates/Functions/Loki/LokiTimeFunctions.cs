using System.Globalization;

namespace Observability.Templates;

/// <summary>Times of Loki's templates. Where Loki uses the zone of its machine, UTC is used here: an answer must not depend on who computed it.</summary>
internal static class LokiTimeFunctions
{
    public static IReadOnlyList<TemplateFunction> All(TimeProvider timeProvider) =>
    [
        new("now", 0, _ => TemplateValue.From(new TemplateTime(timeProvider.GetUtcNow(), "UTC"))),
        new("date", 2, Format),
        new("toDate", 2, call => TemplateValue.From(TimeReader.Read(call.Text(0), call.Text(1), TimeZoneInfo.Utc))),
        new("toDateInZone", 3, call => TemplateValue.From(TimeReader.Read(call.Text(0), call.Text(2), ZoneOf(call.Text(1))))),
        new("unixEpoch", 1, call => Text(call.Time(0).Moment.ToUnixTimeSeconds())),
        new("unixEpochMillis", 1, call => Text(call.Time(0).Moment.ToUnixTimeMilliseconds())),
        new("unixEpochNanos", 1, call => Text((call.Time(0).Moment - DateTimeOffset.UnixEpoch).Ticks * 100)),
        new("unixToTime", 1, call => TemplateValue.From(FromUnix(call.Text(0)))),
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static TemplateValue Format(FunctionCall call)
    {
        var time = call.Arguments[1].Kind == TemplateKind.Integer ? Timestamp.FromUnixSeconds(call.Integer(1)) : call.Time(1);
        var output = call.NewText();
        TimeLayout.Append(output, time, call.Text(0));
        return output.ToString();
    }

    private static TimeZoneInfo ZoneOf(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    // The unit follows from the number of digits: days, seconds, milliseconds, microseconds, nanoseconds.
    private static TemplateTime FromUnix(string text)
    {
        var ticks = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? text.Length switch
            {
                5 => number * TimeSpan.TicksPerDay,
                10 => number * TimeSpan.TicksPerSecond,
                13 => number * TimeSpan.TicksPerMillisecond,
                16 => number * TimeSpan.TicksPerMicrosecond,
                19 => number / TimeSpan.NanosecondsPerTick,
                _ => -1,
            }
            : -1;
        return ticks >= 0
            ? new TemplateTime(DateTimeOffset.UnixEpoch.AddTicks(ticks), "UTC")
            : throw new TemplateFunctionException($"\"{text}\" is no Unix time; expected 5 digits (days), 10 (seconds), 13 (milliseconds), 16 (microseconds) or 19 (nanoseconds)");
    }
}
