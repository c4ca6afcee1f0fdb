using System.Globalization;

namespace Observability.Query.LogQL.Units;

/// <summary>
/// Durations as Go's <c>time.ParseDuration</c> reads them: an optional sign, then numbers with the units <c>ns us µs ms s m h</c>, fractions allowed, in any order.
/// Loki reads the values of labels this way (<c>| duration &gt; 10s</c>, <c>unwrap duration(took)</c>), so <c>1d</c> is not a duration there.
/// </summary>
internal static class GoDuration
{
    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    /// <summary>False also for lengths beyond 292 years, which 64-bit nanoseconds cannot hold.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        var negative = text.StartsWith("-", StringComparison.Ordinal);
        var rest = negative || text.StartsWith("+", StringComparison.Ordinal) ? text[1..] : text;
        if (rest is "0")
        {
            return true;
        }
        if (rest.Length == 0)
        {
            return false;
        }
        var total = 0m;
        while (rest.Length > 0)
        {
            if (!TryTakeNumber(ref rest, out var number) || !TryTakeUnit(ref rest, out var unit))
            {
                return false;
            }
            total += decimal.Truncate(number * unit);
            if (total > long.MaxValue)
            {
                return false;
            }
        }
        nanoseconds = negative ? -(long)total : (long)total;
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> rest, out decimal number)
    {
        var length = 0;
        while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.'))
        {
            length++;
        }
        // 19 digits hold every length in nanoseconds; more would leave what decimal multiplies without overflow.
        if (length > 19 || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) || number > long.MaxValue)
        {
            number = 0;
            return false;
        }
        rest = rest[length..];
        return true;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<char> rest, out long nanoseconds)
    {
        var length = 0;
        while (length < rest.Length && !char.IsAsciiDigit(rest[length]) && rest[length] != '.')
        {
            length++;
        }
        foreach (var (name, size) in Units)
        {
            if (rest[..length].SequenceEqual(name))
            {
                rest = rest[length..];
                nanoseconds = size;
                return true;
            }
        }
        nanoseconds = 0;
        return false;
    }
}
