using System.Globalization;
using System.Text;

namespace Observability.Templates;

/// <summary>The two spellings of durations: Go's (<c>1h30m0s</c>) for printing, Prometheus' (<c>1d2h</c>) for reading.</summary>
internal static class DurationText
{
    private static readonly (string Unit, long Milliseconds)[] PrometheusUnits =
    [
        ("y", 365L * 86_400_000), ("w", 7L * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ];

    /// <summary>time.Duration.String.</summary>
    public static string Print(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }
        var sign = nanoseconds < 0 ? "-" : "";
        // The size of the smallest duration does not fit into a signed number.
        var size = nanoseconds < 0 ? (ulong)-(nanoseconds + 1) + 1 : (ulong)nanoseconds;
        if (size < GoDuration.Second)
        {
            var (scale, unit) = size switch { < 1_000 => (1UL, "ns"), < 1_000_000 => (1_000UL, "µs"), _ => (1_000_000UL, "ms") };
            return sign + Fraction(size, scale) + unit;
        }
        var wholeSeconds = size / GoDuration.Second;
        var (hours, minutes) = (wholeSeconds / 3600, wholeSeconds / 60 % 60);
        var seconds = Fraction(size - ((wholeSeconds - (wholeSeconds % 60)) * GoDuration.Second), GoDuration.Second) + "s";
        return sign + (hours > 0 ? $"{hours}h{minutes}m" : minutes > 0 ? $"{minutes}m" : "") + seconds;
    }

    /// <summary>Seconds of a Prometheus duration; null where it is none. Units come from large to small, each at most once.</summary>
    public static double? ParsePrometheus(string text)
    {
        var rest = text.AsSpan();
        var sign = rest.StartsWith("-") ? -1 : 1;
        rest = rest[(sign < 0 ? 1 : 0)..];
        if (rest is "0")
        {
            return 0;
        }
        var totalMilliseconds = 0d;
        var nextUnit = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || digits > 15)
            {
                return null;
            }
            var count = long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var unitLength = rest.IndexOfAnyInRange('0', '9') is var next && next < 0 ? rest.Length : next;
            var unit = rest[..unitLength].ToString();
            var index = Array.FindIndex(PrometheusUnits, nextUnit, candidate => candidate.Unit == unit);
            if (index < 0)
            {
                return null;
            }
            totalMilliseconds += count * (double)PrometheusUnits[index].Milliseconds;
            nextUnit = index + 1;
            rest = rest[unitLength..];
        }
        // Prometheus holds durations as 64-bit nanoseconds.
        return nextUnit == 0 || totalMilliseconds > long.MaxValue / 1e6 ? null : sign * totalMilliseconds / 1000;
    }

    private static string Fraction(ulong value, ulong scale)
    {
        var text = new StringBuilder((value / scale).ToString(CultureInfo.InvariantCulture));
        var remainder = value % scale;
        if (remainder > 0)
        {
            var width = scale.ToString(CultureInfo.InvariantCulture).Length - 1;
            text.Append('.').Append(remainder.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0').TrimEnd('0'));
        }
        return text.ToString();
    }
}
