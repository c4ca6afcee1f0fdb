using System.Globalization;
using System.Numerics;
using System.Text;

namespace Observability.Templates;

/// <summary>One field of a format: flags, width and precision, and how they shape a value.</summary>
internal sealed class PrintfField
{
    private bool _plus;
    private bool _alternative;
    private bool _space;

    public bool LeftAligned { get; set; }

    public bool ZeroPadded { get; set; }

    public int? Width { get; set; }

    public int? Precision { get; set; }

    public bool TakeFlag(char flag)
    {
        switch (flag)
        {
            case '+':
                _plus = true;
                return true;
            case '-':
                LeftAligned = true;
                ZeroPadded = false;
                return true;
            case '#':
                _alternative = true;
                return true;
            case ' ':
                _space = true;
                return true;
            case '0':
                ZeroPadded = !LeftAligned;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Null where the verb does not fit the value.</summary>
    public string? Format(char verb, TemplateValue value, int maximumCharacters) => value.Kind switch
    {
        TemplateKind.Nil => verb == 'v' ? "<nil>" : null,
        TemplateKind.Bool => verb is 't' or 'v' ? (value.AsBool ? "true" : "false") : null,
        TemplateKind.Integer or TemplateKind.Duration => FormatInteger(verb, value.AsInteger, maximumCharacters),
        TemplateKind.Float => FormatFloat(verb, value.AsFloat),
        TemplateKind.Text => FormatText(verb, value.AsText, maximumCharacters),
        _ => null,
    };

    /// <summary>Zeros go between the sign and the digits; the width counts characters, not UTF-16 units.</summary>
    public void AppendPadded(BoundedText output, string text, bool isNumber = false)
    {
        var missing = (Width ?? 0) - text.EnumerateRunes().Count();
        if (missing <= 0)
        {
            output.Append(text);
        }
        else if (LeftAligned)
        {
            output.Append(text).AppendRepeated(' ', missing);
        }
        else if (!ZeroPadded || text is "NaN" or "+Inf" or "-Inf" || (isNumber && Precision is not null && !text.Contains('.', StringComparison.Ordinal) && !text.Contains('e', StringComparison.Ordinal)))
        {
            output.AppendRepeated(' ', missing).Append(text);
        }
        else
        {
            var signLength = isNumber && text.Length > 0 && text[0] is '-' or '+' or ' ' ? 1 : 0;
            output.Append(text.AsSpan(0, signLength)).AppendRepeated('0', missing).Append(text.AsSpan(signLength));
        }
    }

    private string? FormatInteger(char verb, long value, int maximumCharacters)
    {
        switch (verb)
        {
            case 'c':
                return ToRune(value).ToString();
            case 'q':
                var quoted = new BoundedText(maximumCharacters);
                QuotedText.AppendGoQuoted(quoted, ToRune(value).ToString(), '\'');
                return quoted.ToString();
            case 'U':
                return "U+" + value.ToString("X4", CultureInfo.InvariantCulture);
        }
        var size = BigInteger.Abs(value);
        var digits = verb switch
        {
            'd' or 'v' => size.ToString(CultureInfo.InvariantCulture),
            'b' => InRadix(size, 2),
            'o' or 'O' => InRadix(size, 8),
            'x' => InRadix(size, 16),
            'X' => InRadix(size, 16).ToUpperInvariant(),
            _ => null,
        };
        if (digits is null)
        {
            return null;
        }
        if (Precision is { } precision)
        {
            digits = digits.PadLeft(Math.Min(precision, maximumCharacters), '0');
        }
        var prefix = verb switch { 'x' when _alternative => "0x", 'X' when _alternative => "0X", 'b' when _alternative => "0b", 'o' when _alternative => "0", 'O' => "0o", _ => "" };
        return Sign(value < 0) + prefix + digits;
    }

    private string? FormatFloat(char verb, double value)
    {
        if (verb is not ('v' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G'))
        {
            return null;
        }
        var kind = verb == 'v' ? 'g' : verb;
        var precision = Precision ?? (kind is 'g' or 'G' ? -1 : 6);
        var text = FloatText.Format(value, kind, precision);
        if (text[0] == '+' && !_plus)
        {
            // Go shows the plus sign of +Inf whatever the flags say.
            return text;
        }
        return text[0] is '-' or '+' ? text : Sign(negative: false) + text;
    }

    private string? FormatText(char verb, string text, int maximumCharacters)
    {
        if (verb is 'x' or 'X')
        {
            var hexadecimal = Convert.ToHexString(Encoding.UTF8.GetBytes(text));
            return verb == 'X' ? hexadecimal : hexadecimal.ToLowerInvariant();
        }
        if (verb is 's' or 'v' or 'q' && Precision is { } precision)
        {
            text = string.Concat(text.EnumerateRunes().Take(precision).Select(rune => rune.ToString()));
        }
        if (verb == 'q')
        {
            var quoted = new BoundedText(maximumCharacters);
            QuotedText.AppendGoQuoted(quoted, text);
            return quoted.ToString();
        }
        return verb is 's' or 'v' ? text : null;
    }

    private string Sign(bool negative) => negative ? "-" : _plus ? "+" : _space ? " " : "";

    private static Rune ToRune(long value) => value is >= 0 and <= 0x10FFFF && Rune.IsValid((int)value) ? new Rune((int)value) : Rune.ReplacementChar;

    private static string InRadix(BigInteger size, int radix)
    {
        if (size.IsZero)
        {
            return "0";
        }
        var digits = new StringBuilder();
        for (; !size.IsZero; size /= radix)
        {
            digits.Insert(0, "0123456789abcdef"[(int)(size % radix)]);
        }
        return digits.ToString();
    }
}
