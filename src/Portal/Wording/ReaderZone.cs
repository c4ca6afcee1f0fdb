using System.Globalization;

namespace Observability.Portal.Wording;

/// <summary>
/// Times in the reader's zone, worded as people say them: <c>03:14 CET</c> today, <c>20 Nov 03:09 CET</c> this year, with the year before. The browser tells
/// its zone in a cookie; a first visit and everybody without scripts read UTC.
/// </summary>
public sealed class ReaderZone
{
    /// <summary>Holds <c>zone~standard name~daylight name</c>, as <c>Europe/Berlin~CET~CEST</c>: time zone data on servers has no short names.</summary>
    public const string CookieName = "obs-zone";

    public static readonly ReaderZone Utc = new(TimeZoneInfo.Utc, "UTC", "UTC");

    private const int MaximumNameLength = 8;

    private readonly TimeZoneInfo _zone;
    private readonly string _standardName;
    private readonly string _daylightName;

    private ReaderZone(TimeZoneInfo zone, string standardName, string daylightName)
    {
        _zone = zone;
        _standardName = standardName;
        _daylightName = daylightName;
    }

    /// <summary>A cookie that is missing, or not one of ours, gives UTC.</summary>
    public static ReaderZone OfCookie(string? cookie)
    {
        var parts = (cookie ?? "").Split('~');
        return parts.Length == 3 && IsName(parts[1]) && IsName(parts[2]) && TimeZoneInfo.TryFindSystemTimeZoneById(parts[0], out var zone)
            ? new ReaderZone(zone, parts[1], parts[2])
            : Utc;
    }

    /// <summary><c>CET</c> or <c>CEST</c>, whichever held at that time.</summary>
    public string NameAt(DateTimeOffset time) => _zone.IsDaylightSavingTime(time) ? _daylightName : _standardName;

    /// <summary>As the top bar says it: <c>CET, UTC+1</c>.</summary>
    public string Describe(DateTimeOffset now)
    {
        var offset = _zone.GetUtcOffset(now);
        var name = NameAt(now);
        if (offset == TimeSpan.Zero)
        {
            return name;
        }
        var hours = offset.ToString(offset.Minutes == 0 ? "%h" : "h\\:mm", CultureInfo.InvariantCulture);
        return $"{name}, UTC{(offset < TimeSpan.Zero ? "-" : "+")}{hours}";
    }

    /// <summary>With its zone. The zone is written once a block; inside one, use <see cref="Brief"/>.</summary>
    public string Full(DateTimeOffset time, DateTimeOffset now) => $"{Brief(time, now)} {NameAt(time)}";

    public string Brief(DateTimeOffset time, DateTimeOffset now)
    {
        var (local, today) = (TimeZoneInfo.ConvertTime(time, _zone), TimeZoneInfo.ConvertTime(now, _zone));
        var pattern = local.Date == today.Date ? "HH:mm" : local.Year == today.Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return local.ToString(pattern, CultureInfo.InvariantCulture);
    }

    /// <summary><c>03:14</c>, on axes; the day and the zone are said elsewhere.</summary>
    public string Minutes(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What a field for a date and a time holds (<c>2026-11-21T03:14</c>), taken as a time of this zone; null when it holds none.</summary>
    public DateTimeOffset? Read(string text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is > 1970 and < 2200
            ? new DateTimeOffset(local, _zone.GetUtcOffset(local))
            : null;

    /// <summary><c>03:14:06</c>, as in traces; the day is said elsewhere.</summary>
    public string Seconds(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>03:14:06.020</c>, as in logs.</summary>
    public string Milliseconds(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary><c>21 Nov 03:14:06</c>.</summary>
    public string DayAndSeconds(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("d MMM HH:mm:ss", CultureInfo.InvariantCulture);

    public string Day(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("d MMM", CultureInfo.InvariantCulture);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaximumNameLength && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or ':');
}
