using System.Globalization;

namespace Observability.Query.Values;

/// <summary>Samples as text: the shortest decimal digits that read back to the same value, without an exponent, as Prometheus' HTTP API and <c>count_values</c> write them.</summary>
public static class NumberText
{
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }
        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        return exponentAt < 0 ? text : WithoutExponent(text.AsSpan(0, exponentAt), int.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    private static string WithoutExponent(ReadOnlySpan<char> mantissa, int exponent)
    {
        var sign = mantissa[0] == '-' ? "-" : "";
        var unsigned = mantissa[sign.Length..];
        var point = unsigned.IndexOf('.');
        var wholeDigits = point < 0 ? unsigned.Length : point;
        var digits = point < 0 ? unsigned.ToString() : string.Concat(unsigned[..point], unsigned[(point + 1)..]);
        var pointAt = wholeDigits + exponent;
        if (pointAt <= 0)
        {
            return $"{sign}0.{new string('0', -pointAt)}{digits}";
        }
        return pointAt >= digits.Length
            ? sign + digits + new string('0', pointAt - digits.Length)
            : $"{sign}{digits[..pointAt]}.{digits[pointAt..]}";
    }
}
