using System.Buffers;
using System.Globalization;
using System.Text;

namespace Observability.Query.Values;

/// <summary>
/// Strings of a query with Go's escapes; between backquotes nothing is escaped. <c>\xHH</c> and octal escapes name bytes of UTF-8.
/// A byte that is no UTF-8 becomes the lone surrogate U+DC00 + byte, so that it survives printing and can be refused as a label name.
/// </summary>
internal static class QuotedText
{
    private const int LoneSurrogate = 0xDC00;

    /// <param name="text">The whole query, valid Unicode.</param>
    /// <param name="at">On entry at the opening quote, on return behind the closing one.</param>
    /// <exception cref="QueryException">Not closed, or an unknown escape.</exception>
    public static string Read(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        if (quote == '`')
        {
            var end = text.IndexOf('`', at);
            if (end < 0)
            {
                throw Error(text, start, "this string is not closed; expected another `");
            }
            var raw = text[at..end];
            at = end + 1;
            return raw;
        }
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            if (at >= text.Length || text[at] == '\n')
            {
                throw Error(text, start, $"this string is not closed on its line; expected another {quote}");
            }
            if (text[at] == quote)
            {
                at++;
                return Decode(content.WrittenSpan);
            }
            if (text[at] == '\\')
            {
                ReadEscape(text, ref at, quote, content);
            }
            else
            {
                AppendCharacter(text, ref at, content);
            }
        }
    }

    public static bool IsValidText(string text) => IndexOfInvalid(text) < 0;

    /// <returns>The first half of a surrogate pair that stands alone, or -1.</returns>
    public static int IndexOfInvalid(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>A double-quoted string that <see cref="Read"/> reads back, bytes that are no text included.</summary>
    public static string Quote(string value)
    {
        if (IsValidText(value))
        {
            return Telemetry.LabelText.Quote(value);
        }
        var text = new StringBuilder("\"");
        foreach (var rune in Split(value))
        {
            text.Append(rune.Length == 1 && char.IsSurrogate(rune[0])
                ? string.Create(CultureInfo.InvariantCulture, $"\\x{(rune[0] - LoneSurrogate) & 0xFF:x2}")
                : Telemetry.LabelText.Quote(rune)[1..^1]);
        }
        return text.Append('"').ToString();
    }

    private static IEnumerable<string> Split(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                yield return value.Substring(i++, 2);
            }
            else
            {
                yield return value.Substring(i, 1);
            }
        }
    }

    private static void ReadEscape(string text, ref int at, char quote, ArrayBufferWriter<byte> content)
    {
        var start = at++;
        var code = at < text.Length ? text[at] : '\0';
        at++;
        var simple = code switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' => '\\',
            _ when code == quote => quote,
            _ => '\uFFFF',
        };
        if (simple != '\uFFFF')
        {
            AppendByte(content, (byte)simple);
        }
        else if (code == 'x')
        {
            AppendByte(content, (byte)ReadDigits(text, ref at, start, count: 2, radix: 16));
        }
        else if (code is >= '0' and <= '7')
        {
            at--;
            var value = ReadDigits(text, ref at, start, count: 3, radix: 8);
            if (value > 255)
            {
                throw Error(text, start, "an octal escape names a byte: at most \\377");
            }
            AppendByte(content, (byte)value);
        }
        else if (code is 'u' or 'U')
        {
            var value = ReadDigits(text, ref at, start, count: code == 'u' ? 4 : 8, radix: 16);
            if (!Rune.IsValid(value))
            {
                throw Error(text, start, "this escape is not a Unicode character");
            }
            AppendRune(content, new Rune(value));
        }
        else
        {
            throw Error(text, start, $"unknown escape; expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\{quote} \\xHH \\OOO \\uHHHH \\UHHHHHHHH");
        }
    }

    private static int ReadDigits(string text, ref int at, int start, int count, int radix)
    {
        var value = 0L;
        for (var i = 0; i < count; i++, at++)
        {
            var digit = at < text.Length && char.IsAsciiHexDigit(text[at]) ? Convert.ToInt32(text[at].ToString(), 16) : radix;
            if (digit >= radix)
            {
                throw Error(text, start, $"this escape needs {count} digits of base {radix}");
            }
            value = (value * radix) + digit;
        }
        return value > int.MaxValue ? int.MaxValue : (int)value;
    }

    private static void AppendCharacter(string text, ref int at, ArrayBufferWriter<byte> content)
    {
        var rune = Rune.GetRuneAt(text, at);
        AppendRune(content, rune);
        at += rune.Utf16SequenceLength;
    }

    private static void AppendByte(ArrayBufferWriter<byte> content, byte value)
    {
        content.GetSpan(1)[0] = value;
        content.Advance(1);
    }

    private static void AppendRune(ArrayBufferWriter<byte> content, Rune rune) => content.Advance(rune.EncodeToUtf8(content.GetSpan(4)));

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> units = stackalloc char[2];
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                used = 1;
                text.Append((char)(LoneSurrogate + bytes[0]));
            }
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    private static QueryException Error(string text, int offset, string reason) => new(QueryFault.Syntax, reason, QueryPosition.Of(text, offset));
}
