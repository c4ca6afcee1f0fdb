using System.Globalization;
using System.Text;
using Observability.Query.Values;

namespace Observability.Query.LogQL.Units;

/// <summary>
/// Durations in the text of a query: Prometheus' notation (<c>1d</c>, <c>1h30m</c>) and, where that does not fit, Go's (<c>1.5h</c>, <c>250us</c>).
/// Kept in nanoseconds, the resolution of a log record's time.
/// </summary>
internal static class QueryDuration
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        if (DurationText.TryParse(text, out var duration))
        {
            nanoseconds = duration.Milliseconds * NanosecondsPerMillisecond;
            return true;
        }
        return GoDuration.TryParse(text, out nanoseconds);
    }

    /// <summary>A text that <see cref="TryParse"/> reads back to the same length: Prometheus' where milliseconds suffice, else Go's.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds % NanosecondsPerMillisecond == 0)
        {
            return DurationText.Format(nanoseconds / NanosecondsPerMillisecond);
        }
        var text = new StringBuilder(nanoseconds < 0 ? "-" : "");
        var left = UInt128.CreateChecked(Int128.Abs(nanoseconds));
        foreach (var (name, unit) in Units)
        {
            var count = left / (UInt128)unit;
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{name}");
                left %= (UInt128)unit;
            }
        }
        return text.ToString();
    }
}
