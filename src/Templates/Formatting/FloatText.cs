using System.Globalization;
using System.Text;

namespace Observability.Templates;

/// <summary>Prints doubles as Go's strconv.FormatFloat does; .NET's own formats round ties and choose exponents differently.</summary>
internal static class FloatText
{
    /// <summary>Go prints a million as 1e+06: without a precision, six digits before the point are the most.</summary>
    private const int ShortestExponentFrom = 6;

    /// <summary>As <c>%v</c> and <c>print</c>: the fewest digits that read back as the same number, with an exponent from 1e+06 on and below 1e-04.</summary>
    public static string Shortest(double value) => Format(value, 'g', precision: -1);

    /// <param name="value">Any, NaN and infinities included.</param>
    /// <param name="verb">e, E, f, F, g or G.</param>
    /// <param name="precision">Digits after the point (e, f) or in all (g); -1 for as many as the value needs.</param>
    public static string Format(double value, char verb, int precision)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }
        var sign = double.IsNegative(value) ? "-" : "";
        if (double.IsInfinity(value))
        {
            return sign.Length == 0 ? "+Inf" : "-Inf";
        }
        var size = Math.Abs(value);
        var lower = char.ToLowerInvariant(verb);
        var shortest = precision < 0;
        var digits = shortest ? DecimalDigits.Shortest(size) : RoundedFor(DecimalDigits.Exact(size), lower, precision);
        var text = lower switch
        {
            'f' => Plain(digits, shortest ? Math.Max(digits.Digits.Length - digits.Point, 0) : precision),
            'e' => Scientific(digits, shortest ? Math.Max(digits.Digits.Length - 1, 0) : precision),
            _ => General(digits, precision),
        };
        return sign + (char.IsUpper(verb) ? text.ToUpperInvariant() : text);
    }

    private static DecimalDigits RoundedFor(DecimalDigits exact, char verb, int precision) => verb switch
    {
        'f' => exact.Rounded(exact.Point + precision),
        'e' => exact.Rounded(precision + 1),
        _ => exact.Rounded(Math.Max(precision, 1)),
    };

    private static string General(DecimalDigits digits, int precision)
    {
        var count = digits.Digits.Length;
        var exponentFrom = precision < 0 ? ShortestExponentFrom : Math.Max(precision, 1);
        if (precision >= 0 && exponentFrom > count && count >= digits.Point)
        {
            exponentFrom = count;
        }
        var exponent = digits.Point - 1;
        return exponent < -4 || exponent >= exponentFrom
            ? Scientific(digits, Math.Max(count - 1, 0))
            : Plain(digits, Math.Max(count - digits.Point, 0));
    }

    private static string Scientific(DecimalDigits digits, int decimals)
    {
        var padded = digits.Digits.PadRight(decimals + 1, '0');
        var exponent = digits.Digits.Length == 0 ? 0 : digits.Point - 1;
        var text = new StringBuilder(padded.Length + 6).Append(padded[0]);
        if (decimals > 0)
        {
            text.Append('.').Append(padded, 1, decimals);
        }
        return text.Append('e').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)).ToString();
    }

    private static string Plain(DecimalDigits digits, int decimals)
    {
        var text = new StringBuilder();
        text.Append(digits.Point > 0 ? digits.Digits.PadRight(digits.Point, '0')[..digits.Point] : "0");
        if (decimals > 0)
        {
            text.Append('.');
            for (var i = digits.Point; i < digits.Point + decimals; i++)
            {
                text.Append(i >= 0 && i < digits.Digits.Length ? digits.Digits[i] : '0');
            }
        }
        return text.ToString();
    }
}
