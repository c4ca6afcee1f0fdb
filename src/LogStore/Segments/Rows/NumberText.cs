using System.Buffers.Text;
using System.Globalization;

namespace Observability.LogStore.Segments.Rows;

/// <summary>Numbers as the text that searches compare with: what .NET writes for the invariant culture, the shortest that reads back as the same number.</summary>
internal static class NumberText
{
    /// <summary>Room for any number.</summary>
    public const int MaximalBytes = 32;

    /// <summary>Decimal places of numbers that are written without a search for the shortest text.</summary>
    private const int Places = 4;

    private const double Scale = 10_000;

    /// <summary>
    /// Two texts of at most fifteen digits never read back as the same double (IEEE 754: decimal to double and back). So a decimal with fewer digits than that
    /// which reads back as the number is its shortest text, and there is nothing to search for.
    /// </summary>
    private const double FifteenDigits = 1e15;

    private static ReadOnlySpan<int> PowersOfTen => [1, 10, 100, 1_000, 10_000];

    /// <returns>Bytes written.</returns>
    public static int Write(long value, Span<byte> target)
    {
        Utf8Formatter.TryFormat(value, target, out var length);
        return length;
    }

    /// <returns>Bytes written.</returns>
    public static int Write(double value, Span<byte> target)
    {
        // Durations, shares, sizes: most doubles of a log came from a few decimal places.
        var scaled = Math.Round(value * Scale);
        if (Math.Abs(scaled) < FifteenDigits && scaled / Scale == value && scaled != 0)
        {
            return WriteDecimal((long)scaled, target);
        }
        value.TryFormat(target, out var length, default, CultureInfo.InvariantCulture);
        return length;
    }

    private static int WriteDecimal(long scaled, Span<byte> target)
    {
        var places = Places;
        for (; places > 0 && scaled % 10 == 0; places--)
        {
            scaled /= 10;
        }
        var length = 0;
        if (scaled < 0)
        {
            target[length++] = (byte)'-';
            scaled = -scaled;
        }
        var (whole, rest) = Math.DivRem(scaled, PowersOfTen[places]);
        length += Write(whole, target[length..]);
        if (places > 0)
        {
            target[length++] = (byte)'.';
            for (var place = places - 1; place >= 0; place--)
            {
                target[length + place] = (byte)('0' + (rest % 10));
                rest /= 10;
            }
        }
        return length + places;
    }
}
