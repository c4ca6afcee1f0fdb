using System.Globalization;
using System.Text;

namespace Observability.Templates;

/// <summary>Escapes for the places where templates put texts: Go source, HTML, JavaScript, URLs and JSON, with the results of Go's own functions.</summary>
internal static class QuotedText
{
    /// <summary>strconv.Quote, as <c>%q</c>.</summary>
    public static void AppendGoQuoted(BoundedText output, string text, char quote = '"')
    {
        output.Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            var escape = rune.Value switch
            {
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                '\\' => "\\\\",
                _ when rune.Value == quote => "\\" + quote,
                _ when IsPrintable(rune) => null,
                < 0x80 => $"\\x{rune.Value:x2}",
                < 0x10000 => $"\\u{rune.Value:x4}",
                _ => $"\\U{rune.Value:x8}",
            };
            output.Append(escape ?? rune.ToString());
        }
        output.Append(quote);
    }

    /// <summary>template.HTMLEscape.</summary>
    public static void AppendHtml(BoundedText output, string text) => AppendReplaced(output, text, static character => character switch
    {
        '\0' => "\uFFFD",
        '"' => "&#34;",
        '\'' => "&#39;",
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ => null,
    });

    /// <summary>template.JSEscape.</summary>
    public static void AppendJavaScript(BoundedText output, string text) => AppendReplaced(output, text, static character => character switch
    {
        '\\' => "\\\\",
        '\'' => "\\'",
        '"' => "\\\"",
        '<' or '>' or '&' or '=' or < ' ' => $"\\u{(int)character:X4}",
        _ => null,
    });

    /// <summary>What encoding/json writes for a string, without the quotes.</summary>
    public static void AppendJson(BoundedText output, string text) => AppendReplaced(output, text, static character => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => $"\\u{(int)character:x4}",
        _ => null,
    });

    /// <summary>url.QueryEscape: a space becomes a plus sign, everything but letters, digits and <c>-_.~</c> is percent-encoded.</summary>
    public static void AppendQuery(BoundedText output, string text)
    {
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)unit) || unit is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')
            {
                output.Append((char)unit);
            }
            else
            {
                output.Append(unit == ' ' ? "+" : "%" + unit.ToString("X2", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>url.QueryUnescape; an incomplete or wrong percent sequence is refused.</summary>
    public static string UnescapeQuery(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var written = 0;
        for (var read = 0; read < bytes.Length; read++)
        {
            var unit = bytes[read];
            if (unit == '%')
            {
                if (read + 2 >= bytes.Length || !byte.TryParse(bytes.AsSpan(read + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit))
                {
                    throw new TemplateFunctionException($"invalid URL escape at byte {read}; expected % and two hexadecimal digits");
                }
                read += 2;
            }
            else if (unit == '+')
            {
                unit = (byte)' ';
            }
            bytes[written++] = unit;
        }
        return Encoding.UTF8.GetString(bytes, 0, written);
    }

    private static void AppendReplaced(BoundedText output, string text, Func<char, string?> replacementOf)
    {
        foreach (var character in text)
        {
            if (replacementOf(character) is { } replacement)
            {
                output.Append(replacement);
            }
            else
            {
                output.Append(character);
            }
        }
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
