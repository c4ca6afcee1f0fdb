using System.Buffers;
using System.Globalization;
using System.Text;
using Observability.Query.Values;

namespace Observability.Query.LogQL.Parsing;

/// <summary>Go's escapes inside double quotes. <c>\x</c> and octal escapes are bytes, so several of them can make one character; together they must be UTF-8.</summary>
internal static class EscapedText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="QueryException">An escape that Go does not have, or bytes that are no text.</exception>
    public static string Unescape(string query, int start, int end)
    {
        if (query.IndexOf('\\', start, end - start) < 0)
        {
            return query[start..end];
        }
        var bytes = new ArrayBufferWriter<byte>(end - start);
        for (var i = start; i < end;)
        {
            i = query[i] == '\\' ? Escape(query, i, end, bytes) : Plain(query, i, end, bytes);
        }
        try
        {
            return Strict.GetString(bytes.WrittenSpan);
        }
        catch (DecoderFallbackException)
        {
            throw Error(query, start, "the escapes of the string do not make UTF-8 text");
        }
    }

    private static int Plain(string query, int at, int end, ArrayBufferWriter<byte> bytes)
    {
        var length = query.IndexOf('\\', at, end - at) is >= 0 and var next ? next - at : end - at;
        Encoding.UTF8.GetBytes(query.AsSpan(at, length), bytes);
        return at + length;
    }

    private static int Escape(string query, int at, int end, ArrayBufferWriter<byte> bytes)
    {
        var letter = at + 1 < end ? query[at + 1] : '\0';
        var simple = "abfnrtv\\\"'".IndexOf(letter, StringComparison.Ordinal);
        if (simple >= 0)
        {
            bytes.Write([(byte)"\a\b\f\n\r\t\v\\\"'"[simple]]);
            return at + 2;
        }
        var (from, digits, numberBase) = letter switch
        {
            'x' => (at + 2, 2, NumberStyles.AllowHexSpecifier),
            'u' => (at + 2, 4, NumberStyles.AllowHexSpecifier),
            'U' => (at + 2, 8, NumberStyles.AllowHexSpecifier),
            >= '0' and <= '7' => (at + 1, 3, NumberStyles.None),
            _ => throw Error(query, at, $"found '\\{letter}', expected one of \\n \\t \\\" \\\\ \\xHH \\uHHHH, or a string in backticks, where a backslash is itself"),
        };
        if (from + digits > end || !TryNumber(query.AsSpan(from, digits), numberBase, out var value) || (letter != 'u' && letter != 'U' && value > 255))
        {
            throw Error(query, at, $"the escape '\\{letter}' needs {digits} digits that make a character");
        }
        if (letter is not ('u' or 'U'))
        {
            bytes.Write([(byte)value]);
        }
        else if (Rune.TryCreate(value, out var rune))
        {
            Span<byte> encoded = stackalloc byte[4];
            bytes.Write(encoded[..rune.EncodeToUtf8(encoded)]);
        }
        else
        {
            throw Error(query, at, $"the escape '\\{letter}' names no Unicode character");
        }
        return from + digits;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, NumberStyles style, out uint value)
    {
        if (style == NumberStyles.AllowHexSpecifier)
        {
            return uint.TryParse(digits, style, CultureInfo.InvariantCulture, out value);
        }
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }
            value = (value * 8) + (uint)(digit - '0');
        }
        return true;
    }

    private static QueryException Error(string query, int at, string reason) => new(QueryFault.Syntax, reason, QueryPosition.Of(query, at));
}
