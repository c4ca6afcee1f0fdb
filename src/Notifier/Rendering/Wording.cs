using System.Globalization;

namespace Observability.Notifier.Rendering;

/// <summary>Times, durations and counts in words, the same in all media.</summary>
internal static class Wording
{
    /// <summary><c>03:14 UTC</c> today, <c>20 Nov 03:09 UTC</c> this year, <c>20 Nov 2025 03:09 UTC</c> before.</summary>
    public static string Time(DateTimeOffset moment, DateTimeOffset now)
    {
        var utc = moment.UtcDateTime;
        var format = utc.Date == now.UtcDateTime.Date ? "HH:mm" : utc.Year == now.UtcDateTime.Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return utc.ToString(format, CultureInfo.InvariantCulture) + " UTC";
    }

    /// <summary>Two units at most: <c>0.9 s</c>, <c>42 s</c>, <c>15 min 42 s</c>, <c>5 h 12 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 0 || !double.IsFinite(seconds))
        {
            return "unknown";
        }
        if (seconds < 9.95)
        {
            return seconds.ToString("0.#", CultureInfo.InvariantCulture) + " s";
        }
        var whole = (long)Math.Round(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));
        return whole switch
        {
            < 60 => $"{whole} s",
            < 3600 => TwoUnits(whole / 60, "min", whole % 60, "s"),
            < 86400 => TwoUnits(whole / 3600, "h", whole % 3600 / 60, "min"),
            _ => TwoUnits(whole / 86400, "d", whole % 86400 / 3600, "h"),
        };
    }

    /// <summary><c>1,204,311</c>, from ten million on <c>19.1 M</c>.</summary>
    public static string Number(long value) => Math.Abs((double)value) < 10_000_000
        ? value.ToString("N0", CultureInfo.InvariantCulture)
        : (value / 1e6).ToString("#,0.#", CultureInfo.InvariantCulture) + " M";

    /// <summary><c>1 alert</c>, <c>2 alerts</c>.</summary>
    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary>A commit's short form.</summary>
    public static string Commit(string commit) =>
        commit.Length > 7 && commit.All(char.IsAsciiHexDigit) ? commit[..7] : PlainText.OneLine(commit, 40);

    private static string TwoUnits(long first, string firstUnit, long second, string secondUnit) =>
        second == 0 ? $"{first} {firstUnit}" : $"{first} {firstUnit} {second} {secondUnit}";
}
