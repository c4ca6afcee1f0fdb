using System.Globalization;

namespace Observability.Query.PromQL;

/// <summary>Reads the numbers of a query with Go's rules: underscores between digits, hexadecimal after <c>0x</c>, octal after a leading 0.</summary>
internal static class NumberLiteralText
{
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        if (text.Length == 0 || text[^1] == '_' || text[0] == '_' || text.Contains("__", StringComparison.Ordinal))
        {
            return false;
        }
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var parsed = ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole);
            value = whole;
            return parsed;
        }
        if (digits.Length is > 1 and < 22 && digits[0] == '0' && digits.All(static c => c is >= '0' and <= '7'))
        {
            value = Convert.ToInt64(digits, 8);
            return true;
        }
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }
}
