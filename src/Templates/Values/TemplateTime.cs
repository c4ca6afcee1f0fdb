namespace Observability.Templates;

/// <summary>A moment with the abbreviation of the zone it is shown in.</summary>
/// <param name="Moment">Carries the zone's offset at that moment; resolution 100 ns.</param>
/// <param name="Zone">Such as <c>UTC</c> or <c>CEST</c>; where a zone has no abbreviation its offset, as Go prints it.</param>
public readonly record struct TemplateTime(DateTimeOffset Moment, string Zone)
{
    public TemplateTime(DateTimeOffset moment)
        : this(moment, OffsetName(moment.Offset))
    {
    }

    /// <summary>Go's zero time, 1 January of year 1, which Alertmanager shows as the end of an alert that is firing.</summary>
    public static TemplateTime Zero { get; } = new(DateTimeOffset.MinValue, "UTC");

    public bool IsZero => Moment.UtcTicks == 0;

    /// <summary>The same moment in a zone of the machine's time zone database, such as <c>Europe/Paris</c>.</summary>
    /// <exception cref="TemplateFunctionException">The database has no such zone.</exception>
    public TemplateTime In(string zoneName)
    {
        if (zoneName is "" or "UTC")
        {
            return ToUtc();
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
        {
            throw new TemplateFunctionException($"unknown time zone \"{zoneName}\"; expected a name of the tz database such as Europe/Paris, and the tzdata package installed");
        }
        var shown = TimeZoneInfo.ConvertTime(Moment, zone);
        var name = zone.IsDaylightSavingTime(shown) ? zone.DaylightName : zone.StandardName;
        return new TemplateTime(shown, IsAbbreviation(name) ? name : OffsetName(shown.Offset));
    }

    public TemplateTime ToUtc() => new(Moment.ToUniversalTime(), "UTC");

    private static string OffsetName(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
        {
            return "UTC";
        }
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        var size = offset.Duration();
        return size.Minutes == 0 ? $"{sign}{size.Hours:00}" : $"{sign}{size.Hours:00}{size.Minutes:00}";
    }

    // Outside invariant globalization .NET answers with full names, which no Go layout would print.
    private static bool IsAbbreviation(string name) => name.Length is >= 3 and <= 5 && name.All(char.IsAsciiLetterUpper);
}

/// <summary>Go's durations: nanoseconds in 64 bits.</summary>
internal static class GoDuration
{
    public const long Second = 1_000_000_000;

    public static long FromTimeSpan(TimeSpan value) => FromDouble(value.Ticks * 100d);

    public static long FromSeconds(double seconds) => FromDouble(seconds * Second);

    /// <summary>Truncates towards zero and saturates, so that no duration wraps around to the other sign.</summary>
    public static long FromDouble(double nanoseconds) => nanoseconds switch
    {
        >= long.MaxValue => long.MaxValue,
        <= long.MinValue => long.MinValue,
        double.NaN => 0,
        _ => (long)nanoseconds,
    };

    public static double ToSeconds(long nanoseconds) => (nanoseconds / Second) + (nanoseconds % Second / (double)Second);
}
