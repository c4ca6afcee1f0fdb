using System.Globalization;

namespace Observability.Portal.Wording;

/// <summary>Durations, counts and comparisons, as every page and message words them.</summary>
internal static class Words
{
    private const double ExactBelow = 1_000_000;

    /// <summary>Two units at most: <c>0.9 s</c>, <c>42 s</c>, <c>15 min 42 s</c>, <c>5 h 12 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var span = duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        if (span.TotalSeconds < 10 && span.Milliseconds > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0.1, span.TotalSeconds):0.0} s");
        }
        return span switch
        {
            { TotalMinutes: < 1 } => Join(span.Seconds, "s", 0, ""),
            { TotalHours: < 1 } => Join(span.Minutes, "min", span.Seconds, "s"),
            { TotalDays: < 1 } => Join(span.Hours, "h", span.Minutes, "min"),
            _ => Join((long)span.TotalDays, "d", span.Hours, "h"),
        };
    }

    public static string Duration(double seconds) => Duration(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2)));

    /// <summary>How long something lasts already: whole minutes, because a row that counts seconds draws the eye for nothing.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => $"{(long)Math.Max(0, age.TotalSeconds)} s",
        { TotalHours: < 1 } => $"{(long)age.TotalMinutes} min",
        _ => Duration(age),
    };

    /// <summary>Exact with separators up to a million, then <c>1.9 M</c>.</summary>
    public static string Count(long count) => Math.Abs(count) < ExactBelow
        ? count.ToString("N0", CultureInfo.InvariantCulture)
        : (count / ExactBelow).ToString("0.0", CultureInfo.InvariantCulture) + " M";

    /// <summary><c>1 alert</c>, <c>2 alerts</c>.</summary>
    public static string Of(long count, string singular, string? plural = null) => $"{Count(count)} {(count == 1 ? singular : plural ?? singular + "s")}";

    /// <summary>For the start of a sentence: <c>One</c>, <c>Two</c> … <c>Nine</c>, then digits.</summary>
    public static string Start(long count) => count switch
    {
        1 => "One", 2 => "Two", 3 => "Three", 4 => "Four", 5 => "Five", 6 => "Six", 7 => "Seven", 8 => "Eight", 9 => "Nine", _ => Count(count),
    };

    /// <summary><c>43 % longer</c>; empty within five percent, where the word would claim more than the numbers do.</summary>
    public static string AgainstUsual(double value, double usual, string more, string less)
    {
        if (usual <= 0)
        {
            return "";
        }
        var percent = (value - usual) / usual * 100;
        return percent switch
        {
            > 5 => string.Create(CultureInfo.InvariantCulture, $"{percent:0} % {more}"),
            < -5 => string.Create(CultureInfo.InvariantCulture, $"{-percent:0} % {less}"),
            _ => "",
        };
    }

    private static string Join(long first, string firstUnit, long second, string secondUnit) =>
        second == 0 ? $"{first} {firstUnit}" : $"{first} {firstUnit} {second} {secondUnit}";
}
