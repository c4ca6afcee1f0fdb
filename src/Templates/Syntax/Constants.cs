using System.Globalization;
using System.Numerics;
using System.Text;

namespace Observability.Templates;

/// <summary>Reads Go's literals (The Go Programming Language Specification, "Integer literals" to "String literals").</summary>
internal static class Constants
{
    /// <summary>False with the reason where the text is not a number that a template can hold.</summary>
    public static bool TryReadNumber(string written, out TemplateValue value, out string reason)
    {
        value = default;
        reason = "";
        var negative = written[0] == '-';
        var unsigned = written.TrimStart('+', '-');
        if (unsigned.EndsWith('i'))
        {
            reason = "imaginary numbers are not supported";
            return false;
        }
        var digits = unsigned.Replace("_", "", StringComparison.Ordinal);
        if (IsDecimalFloat(digits, out var isFloat) && isFloat)
        {
            if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                value = negative ? -number : number;
                return true;
            }
        }
        else if (TryReadHexadecimalFloat(digits, out var hexadecimal))
        {
            value = negative ? -hexadecimal : hexadecimal;
            return true;
        }
        else if (TryReadInteger(digits, out var integer))
        {
            integer = negative ? -integer : integer;
            if (integer >= long.MinValue && integer <= long.MaxValue)
            {
                value = (long)integer;
                return true;
            }
            reason = "the integer does not fit into 64 bits";
            return false;
        }
        reason = "expected a number such as 7, 0x1F, 0o17, 0b101, 1.5 or 1e-3";
        return false;
    }

    public static bool TryReadCharacter(string written, out long codePoint)
    {
        codePoint = 0;
        if (!TryUnquote(written, out var text, out _))
        {
            return false;
        }
        var runes = text.EnumerateRunes();
        if (!runes.MoveNext())
        {
            return false;
        }
        codePoint = runes.Current.Value;
        return !runes.MoveNext();
    }

    /// <summary>Resolves the escapes of a quoted string or character; the offset of a wrong one counts from the opening quote.</summary>
    public static bool TryUnquote(string written, out string text, out int wrongOffset)
    {
        var bytes = new List<byte>();
        var quote = written[0];
        Span<byte> encoded = stackalloc byte[4];
        for (wrongOffset = 1; wrongOffset < written.Length - 1;)
        {
            if (written[wrongOffset] != '\\')
            {
                _ = Rune.DecodeFromUtf16(written.AsSpan(wrongOffset), out var rune, out var used);
                bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
                wrongOffset += used;
            }
            else if (TryReadEscape(written.AsSpan(wrongOffset + 1, written.Length - wrongOffset - 2), quote, bytes, out var length))
            {
                wrongOffset += 1 + length;
            }
            else
            {
                text = "";
                return false;
            }
        }
        text = Encoding.UTF8.GetString([.. bytes]);
        return true;
    }

    private static bool IsDecimalFloat(string digits, out bool isFloat)
    {
        isFloat = digits.AsSpan().ContainsAny(".eE") && !digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return digits.Length > 0;
    }

    private static bool TryReadInteger(string digits, out BigInteger value)
    {
        var (radix, body) = digits.ToLowerInvariant() switch
        {
            ['0', 'x', .. var rest] => (16, rest),
            ['0', 'o', .. var rest] => (8, rest),
            ['0', 'b', .. var rest] => (2, rest),
            ['0', .. { Length: > 0 } rest] => (8, rest),
            var rest => (10, rest),
        };
        value = BigInteger.Zero;
        // More digits than 64 bits can need, so that a literal of a megabyte does not take quadratic time.
        if (body.Length is 0 or > 80)
        {
            return false;
        }
        foreach (var character in body)
        {
            var digit = char.IsAsciiHexDigit(character) ? Convert.ToInt32(character.ToString(), 16) : 16;
            if (digit >= radix)
            {
                return false;
            }
            value = (value * radix) + digit;
        }
        return true;
    }

    /// <summary><c>0x1.8p3</c>: the mantissa in base 16, the exponent in base 10 of two.</summary>
    private static bool TryReadHexadecimalFloat(string digits, out double value)
    {
        value = 0;
        var exponentMark = digits.AsSpan().IndexOfAny('p', 'P');
        if (!digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || exponentMark < 0
            || !int.TryParse(digits.AsSpan(exponentMark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return false;
        }
        var mantissa = digits[2..exponentMark];
        var point = mantissa.IndexOf('.');
        var fractionDigits = point < 0 ? 0 : mantissa.Length - point - 1;
        if (!TryReadInteger("0x" + mantissa.Replace(".", "", StringComparison.Ordinal), out var integer))
        {
            return false;
        }
        value = Math.ScaleB((double)integer, Math.Clamp(exponent, -5000, 5000) - (4 * fractionDigits));
        return double.IsFinite(value);
    }

    private static bool TryReadEscape(ReadOnlySpan<char> escape, char quote, List<byte> bytes, out int length)
    {
        length = 1;
        if (escape.IsEmpty)
        {
            return false;
        }
        const string simple = "abfnrtv\\";
        const string meanings = "\a\b\f\n\r\t\v\\";
        var index = simple.IndexOf(escape[0]);
        if (index >= 0 || escape[0] == quote)
        {
            bytes.Add((byte)(index >= 0 ? meanings[index] : quote));
            return true;
        }
        length = escape[0] switch { 'x' => 3, 'u' => 5, 'U' => 9, >= '0' and <= '7' => 3, _ => int.MaxValue };
        if (length > escape.Length)
        {
            return false;
        }
        var isOctal = char.IsAsciiDigit(escape[0]);
        var digits = isOctal ? escape[..3] : escape[1..length];
        if (!TryReadInteger((isOctal ? "0o" : "0x") + digits.ToString(), out var code))
        {
            return false;
        }
        if (escape[0] is 'u' or 'U')
        {
            if (!Rune.IsValid((int)BigInteger.Min(code, int.MaxValue)))
            {
                return false;
            }
            Span<byte> encoded = stackalloc byte[4];
            bytes.AddRange(encoded[..new Rune((int)code).EncodeToUtf8(encoded)]);
            return true;
        }
        bytes.Add((byte)(code & 0xFF));
        return code <= 0xFF;
    }
}
