using System.Globalization;

namespace Observability.Templates;

/// <summary>Reads numbers as Go's strconv.ParseFloat does.</summary>
internal static class NumberText
{
    /// <summary>Null where the text is no number. Infinities and NaN have Go's names, in any case.</summary>
    public static double? Parse(string text)
    {
        var unsigned = text.AsSpan();
        var negative = unsigned.StartsWith("-");
        if (negative || unsigned.StartsWith("+"))
        {
            unsigned = unsigned[1..];
        }
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            return negative ? double.NegativeInfinity : double.PositiveInfinity;
        }
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            return double.NaN;
        }
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        // .NET reads an overflow as infinity; Go refuses it.
        return double.TryParse(unsigned, style, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? negative ? -number : number
            : null;
    }
}
