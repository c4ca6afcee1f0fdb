using System.Globalization;

namespace Observability.Templates;

/// <summary>Formats times by Go's reference layout, Mon Jan 2 15:04:05 MST 2006 (package time, "Layout").</summary>
internal static class TimeLayout
{
    /// <summary>What <c>print</c> shows.</summary>
    public const string Default = "2006-01-02 15:04:05.999999999 -0700 MST";

    public const string Rfc3339WithFraction = "2006-01-02T15:04:05.999999999Z07:00";

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Longer elements come before those they begin with.</summary>
    private static readonly (string Element, Func<TemplateTime, string> Write)[] Elements =
    [
        ("January", time => time.Moment.ToString("MMMM", English)),
        ("Jan", time => time.Moment.ToString("MMM", English)),
        ("Monday", time => time.Moment.ToString("dddd", English)),
        ("Mon", time => time.Moment.ToString("ddd", English)),
        ("MST", time => time.Zone),
        ("002", time => Padded(time.Moment.DayOfYear, 3)),
        ("01", time => Padded(time.Moment.Month, 2)),
        ("02", time => Padded(time.Moment.Day, 2)),
        ("03", time => Padded(TwelveHour(time), 2)),
        ("04", time => Padded(time.Moment.Minute, 2)),
        ("05", time => Padded(time.Moment.Second, 2)),
        ("06", time => Padded(time.Moment.Year % 100, 2)),
        ("15", time => Padded(time.Moment.Hour, 2)),
        ("1", time => Padded(time.Moment.Month, 1)),
        ("2006", time => Padded(time.Moment.Year, 4)),
        ("2", time => Padded(time.Moment.Day, 1)),
        ("_2006", time => "_" + Padded(time.Moment.Year, 4)),
        ("__2", time => Padded(time.Moment.DayOfYear, 1).PadLeft(3)),
        ("_2", time => Padded(time.Moment.Day, 1).PadLeft(2)),
        ("3", time => Padded(TwelveHour(time), 1)),
        ("4", time => Padded(time.Moment.Minute, 1)),
        ("5", time => Padded(time.Moment.Second, 1)),
        ("PM", time => time.Moment.Hour >= 12 ? "PM" : "AM"),
        ("pm", time => time.Moment.Hour >= 12 ? "pm" : "am"),
        ("-07:00:00", time => Offset(time, ":", withSeconds: true)),
        ("-070000", time => Offset(time, "", withSeconds: true)),
        ("-07:00", time => Offset(time, ":")),
        ("-0700", time => Offset(time, "")),
        ("-07", time => Offset(time, "")[..3]),
        ("Z07:00:00", time => OffsetOrZ(time, Offset(time, ":", withSeconds: true))),
        ("Z070000", time => OffsetOrZ(time, Offset(time, "", withSeconds: true))),
        ("Z07:00", time => OffsetOrZ(time, Offset(time, ":"))),
        ("Z0700", time => OffsetOrZ(time, Offset(time, ""))),
        ("Z07", time => OffsetOrZ(time, Offset(time, "")[..3])),
    ];

    public static void Append(BoundedText output, TemplateTime time, string layout)
    {
        for (var position = 0; position < layout.Length;)
        {
            var rest = layout.AsSpan(position);
            if (FractionLength(rest) is var fraction and > 0)
            {
                output.Append(Fraction(time, rest[0], rest[1], fraction - 1));
                position += fraction;
            }
            else if (FindElement(rest) is { Element: not null } found)
            {
                output.Append(found.Write(time));
                position += found.Element.Length;
            }
            else
            {
                output.Append(layout[position++]);
            }
        }
    }

    /// <summary>What a layout begins with: the name of an element, a fraction such as <c>.000</c> as it stands, or null where it is plain text.</summary>
    public static string? ElementAt(ReadOnlySpan<char> rest) => FractionLength(rest) is var fraction and > 0 ? rest[..fraction].ToString() : FindElement(rest).Element;

    private static (string Element, Func<TemplateTime, string> Write) FindElement(ReadOnlySpan<char> rest)
    {
        foreach (var candidate in Elements)
        {
            if (rest.StartsWith(candidate.Element, StringComparison.Ordinal)
                // "Month" and "Janet" are words, not elements.
                && !(candidate.Element is "Jan" or "Mon" && rest.Length > 3 && char.IsAsciiLetterLower(rest[3])))
            {
                return candidate;
            }
        }
        return default;
    }

    /// <summary>Length of <c>.000</c>, <c>,000</c>, <c>.999</c> at the start, 0 where there is none: a digit after it makes it plain text.</summary>
    private static int FractionLength(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 2 || rest[0] is not ('.' or ',') || rest[1] is not ('0' or '9'))
        {
            return 0;
        }
        var end = 1;
        while (end < rest.Length && rest[end] == rest[1])
        {
            end++;
        }
        return end < rest.Length && char.IsAsciiDigit(rest[end]) ? 0 : end;
    }

    private static string Fraction(TemplateTime time, char separator, char kind, int digits)
    {
        var nanoseconds = Padded((int)(time.Moment.Ticks % TimeSpan.TicksPerSecond * 100), 9);
        var shown = digits <= 9 ? nanoseconds[..digits] : nanoseconds.PadRight(digits, '0');
        if (kind == '9')
        {
            shown = shown.TrimEnd('0');
        }
        return shown.Length == 0 ? "" : separator + shown;
    }

    private static string Padded(int number, int width) => number.ToString(English).PadLeft(width, '0');

    private static int TwelveHour(TemplateTime time) => time.Moment.Hour % 12 is var hour && hour == 0 ? 12 : hour;

    private static string Offset(TemplateTime time, string separator, bool withSeconds = false)
    {
        var size = time.Moment.Offset.Duration();
        var text = (time.Moment.Offset < TimeSpan.Zero ? "-" : "+") + Padded(size.Hours, 2) + separator + Padded(size.Minutes, 2);
        return withSeconds ? text + separator + Padded(size.Seconds, 2) : text;
    }

    private static string OffsetOrZ(TemplateTime time, string offset) => time.Moment.Offset == TimeSpan.Zero ? "Z" : offset;
}
