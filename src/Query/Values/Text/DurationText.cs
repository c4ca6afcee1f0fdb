using System.Globalization;
using System.Text;

namespace Observability.Query.Values;

/// <summary>A length of time as PromQL and LogQL write it (<c>1h30m</c>, <c>500ms</c>). Never negative: a sign belongs to what uses it (<c>offset -5m</c>).</summary>
public readonly record struct PromDuration(long Milliseconds)
{
    public double Seconds => Milliseconds / 1000.0;

    public override string ToString() => DurationText.Format(Milliseconds);
}

/// <summary>
/// Reads and writes Prometheus' durations: whole numbers with the units <c>y w d h m s ms</c>, from large to small, each at most once.
/// A year has 365 days and a day 24 hours, whatever the calendar says.
/// </summary>
public static class DurationText
{
    /// <summary>Prometheus keeps durations in 64-bit nanoseconds, which end at 292 years; the same bound here keeps files portable both ways.</summary>
    public const long MaximumMilliseconds = long.MaxValue / 1_000_000;

    private static readonly (string Name, long Milliseconds, bool OnlyWhole)[] Units =
    [
        // 90 days print as 90d and not as 12w6d: the calendar-like units are used only where they divide what is left.
        ("y", 365L * 24 * 3600 * 1000, true),
        ("w", 7L * 24 * 3600 * 1000, true),
        ("d", 24L * 3600 * 1000, true),
        ("h", 3600L * 1000, false),
        ("m", 60L * 1000, false),
        ("s", 1000, false),
        ("ms", 1, false),
    ];

    /// <summary>Accepts <c>1h30m</c>, <c>5m</c>, <c>0</c>; false for anything else: a sign, a fraction, a repeated or misplaced unit, more than 292 years.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PromDuration duration)
    {
        duration = default;
        if (text is "0")
        {
            return true;
        }
        var rest = text;
        var total = 0L;
        var nextUnit = 0;
        while (rest.Length > 0)
        {
            var digits = CountDigits(rest);
            if (digits == 0 || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return false;
            }
            rest = rest[digits..];
            var unit = FindUnit(rest, nextUnit);
            if (unit < 0 || count > (MaximumMilliseconds - total) / Units[unit].Milliseconds)
            {
                return false;
            }
            total += count * Units[unit].Milliseconds;
            rest = rest[Units[unit].Name.Length..];
            nextUnit = unit + 1;
        }
        duration = new PromDuration(total);
        return text.Length > 0;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back to the same length; a negative length gets a leading minus.</summary>
    public static string Format(long milliseconds)
    {
        if (milliseconds == 0)
        {
            return "0s";
        }
        var text = new StringBuilder();
        if (milliseconds < 0)
        {
            text.Append('-');
        }
        var left = UInt128.CreateChecked(Int128.Abs(milliseconds));
        foreach (var (name, unit, onlyWhole) in Units)
        {
            var size = (UInt128)unit;
            if (left >= size && (!onlyWhole || left % size == 0))
            {
                text.Append(CultureInfo.InvariantCulture, $"{left / size}{name}");
                left %= size;
            }
        }
        return text.ToString();
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count]))
        {
            count++;
        }
        return count;
    }

    private static int FindUnit(ReadOnlySpan<char> text, int from)
    {
        for (var unit = from; unit < Units.Length; unit++)
        {
            var name = Units[unit].Name;
            // "m" must not swallow the start of "ms".
            if (text.StartsWith(name, StringComparison.Ordinal) && !(name == "m" && text.StartsWith("ms", StringComparison.Ordinal)))
            {
                return unit;
            }
        }
        return -1;
    }
}
