using System.Globalization;
using System.Text;

namespace Observability.Configuration;

/// <summary>
/// Prometheus' notation of durations: <c>1d12h</c>, <c>90s</c>, <c>0</c>. Units y (365 days), w, d, h, m, s, ms, each at most once and the biggest first
/// (https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations).
/// </summary>
public static class PrometheusDuration
{
    private static readonly (string Unit, long Milliseconds)[] s_units =
    [
        ("y", 365L * 24 * 60 * 60 * 1000),
        ("w", 7L * 24 * 60 * 60 * 1000),
        ("d", 24L * 60 * 60 * 1000),
        ("h", 60L * 60 * 1000),
        ("m", 60L * 1000),
        ("s", 1000),
        ("ms", 1),
    ];

    /// <summary>What Prometheus can hold (63 bits of nanoseconds); the same text is refused here and there.</summary>
    private const long MaximumMilliseconds = long.MaxValue / 1_000_000;

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }
        long total = 0;
        var position = 0;
        var nextUnit = 0;
        while (position < text.Length)
        {
            var digits = position;
            while (position < text.Length && char.IsAsciiDigit(text[position]))
            {
                position++;
            }
            var letters = position;
            while (position < text.Length && char.IsAsciiLetterLower(text[position]))
            {
                position++;
            }
            var unit = Array.FindIndex(s_units, nextUnit, candidate => text.AsSpan(letters, position - letters).SequenceEqual(candidate.Unit));
            if (letters == digits || unit < 0
                || !long.TryParse(text.AsSpan(digits, letters - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number > (MaximumMilliseconds - total) / s_units[unit].Milliseconds)
            {
                return false;
            }
            total += number * s_units[unit].Milliseconds;
            nextUnit = unit + 1;
        }
        duration = TimeSpan.FromMilliseconds(total);
        return text.Length > 0;
    }

    /// <summary>The shortest text that parses to the same duration; parts of a millisecond are dropped.</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        if (rest == 0)
        {
            return "0s";
        }
        var text = new StringBuilder();
        foreach (var (unit, milliseconds) in s_units)
        {
            // Years and weeks only when nothing is left over: "30d" says more than "4w2d".
            if (unit is "y" or "w" && rest % milliseconds != 0)
            {
                continue;
            }
            if (rest / milliseconds is > 0 and var count)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
                rest %= milliseconds;
            }
        }
        return text.ToString();
    }
}
