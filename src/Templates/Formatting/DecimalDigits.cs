using System.Globalization;
using System.Numerics;

namespace Observability.Templates;

/// <summary>A finite, non-negative number as decimal digits: 0.<see cref="Digits"/> × 10^<see cref="Point"/>, without zeros at either end; zero has no digits.</summary>
internal readonly record struct DecimalDigits(string Digits, int Point)
{
    /// <summary>The fewest digits that read back as the same double.</summary>
    public static DecimalDigits Shortest(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponentMark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = exponentMark < 0 ? 0 : int.Parse(text.AsSpan(exponentMark + 1), CultureInfo.InvariantCulture);
        var mantissa = exponentMark < 0 ? text : text[..exponentMark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        return Trimmed(mantissa.Replace(".", "", StringComparison.Ordinal), whole + exponent);
    }

    /// <summary>Every digit of the double's exact value, so that rounding sees true ties only.</summary>
    public static DecimalDigits Exact(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var biased = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = (bits & 0xFFFFFFFFFFFFF) | (biased == 0 ? 0 : 1L << 52);
        var exponent = Math.Max(biased, 1) - 1075;
        // m / 2^k = m × 5^k / 10^k
        var scaled = exponent >= 0 ? mantissa << exponent : mantissa * BigInteger.Pow(5, -exponent);
        var digits = scaled.ToString(CultureInfo.InvariantCulture);
        return Trimmed(digits, digits.Length + Math.Min(exponent, 0));
    }

    /// <summary>Keeps <paramref name="count"/> digits; a tie goes to the even digit, as in Go.</summary>
    public DecimalDigits Rounded(int count)
    {
        if (count >= Digits.Length)
        {
            return this;
        }
        if (count < 0)
        {
            return new DecimalDigits("", 0);
        }
        var isTie = Digits[count] == '5' && Digits.Length == count + 1;
        var lastIsOdd = count > 0 && (Digits[count - 1] - '0') % 2 == 1;
        var kept = Digits[..count].ToCharArray();
        if (Digits[count] < '5' || (isTie && !lastIsOdd))
        {
            return Trimmed(new string(kept), Point);
        }
        for (var i = count - 1; i >= 0; i--)
        {
            if (kept[i] != '9')
            {
                kept[i]++;
                return Trimmed(new string(kept), Point);
            }
            kept[i] = '0';
        }
        return new DecimalDigits("1", Point + 1);
    }

    private static DecimalDigits Trimmed(string digits, int point)
    {
        var leading = digits.Length - digits.TrimStart('0').Length;
        var trimmed = digits.Trim('0');
        return trimmed.Length == 0 ? new DecimalDigits("", 0) : new DecimalDigits(trimmed, point - leading);
    }
}
