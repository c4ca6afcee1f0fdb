using System.Globalization;
using System.Text;
using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>
/// The grammar of Alertmanager 0.27 and later: names and values are quoted with Go's escapes, or bare if they hold none of the reserved characters.
/// Braces stand in a pair or not at all; a trailing comma is allowed.
/// </summary>
internal ref struct Utf8MatcherParser(string text)
{
    private const string Reserved = "{}!=~,\\\"'`";

    private int _position;
    private string? _error;

    public IReadOnlyList<LabelMatcher>? Parse(out string? error)
    {
        var matchers = new List<LabelMatcher>();
        var braces = Accept('{');
        while (_error is null && Peek() is not ('\0' or '}'))
        {
            if (ReadMatcher() is not { } matcher)
            {
                break;
            }
            matchers.Add(matcher);
            if (Peek() is '\0' or '}' || Accept(','))
            {
                continue;
            }
            Fail("expected a comma" + (braces ? " or a closing brace" : ""));
        }
        if (_error is null && braces && !Accept('}'))
        {
            Fail("expected a closing brace");
        }
        if (_error is null && Peek() != '\0')
        {
            Fail(braces ? "nothing may follow the closing brace" : "there is a closing brace but no opening one");
        }
        error = _error;
        return _error is null ? matchers : null;
    }

    private LabelMatcher? ReadMatcher()
    {
        Peek();
        var start = _position;
        if (ReadWord("a label name") is not { } name || ReadOperator() is not { } matchOperator || ReadWord("a value") is not { } value)
        {
            return null;
        }
        if (name.Length == 0)
        {
            _position = start;
            Fail("a label name must not be empty");
            return null;
        }
        var matcher = MatcherText.Make(name, matchOperator, value, out var error);
        if (error is not null)
        {
            _position = start;
            Fail(error);
        }
        return matcher;
    }

    private MatchOperator? ReadOperator()
    {
        var first = Peek();
        var second = _position + 1 < text.Length ? text[_position + 1] : '\0';
        (MatchOperator? found, int length) = (first, second) switch
        {
            ('=', '~') => (MatchOperator.Regex, 2),
            ('=', _) => (MatchOperator.Equal, 1),
            ('!', '=') => (MatchOperator.NotEqual, 2),
            ('!', '~') => (MatchOperator.NotRegex, 2),
            _ => ((MatchOperator?)null, 0),
        };
        _position += length;
        if (found is null)
        {
            Fail("expected an operator: =, !=, =~ or !~");
        }
        return found;
    }

    private string? ReadWord(string meaning)
    {
        if (Peek() == '"')
        {
            return ReadQuoted();
        }
        var start = _position;
        while (_position < text.Length && !char.IsWhiteSpace(text[_position]) && !Reserved.Contains(text[_position], StringComparison.Ordinal))
        {
            _position++;
        }
        if (_position > start)
        {
            return text[start.._position];
        }
        Fail($"expected {meaning}, bare or in double quotes");
        return null;
    }

    /// <summary>Go's interpreted string literal. <c>\x</c> and octal escapes are bytes, so the result is put together as UTF-8.</summary>
    private string? ReadQuoted()
    {
        var bytes = new List<byte>();
        var start = _position++;
        while (_position < text.Length && text[_position] is not ('"' or '\n'))
        {
            if (text[_position] == '\\')
            {
                if (!ReadEscape(bytes))
                {
                    return null;
                }
                continue;
            }
            var length = char.IsHighSurrogate(text[_position]) && _position + 1 < text.Length ? 2 : 1;
            bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(_position, length)));
            _position += length;
        }
        if (_position >= text.Length || text[_position] == '\n')
        {
            _position = start;
            Fail("this double quote is not closed");
            return null;
        }
        _position++;
        try
        {
            return s_strictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            _position = start;
            Fail("the escapes in this text do not make valid UTF-8");
            return null;
        }
    }

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private bool ReadEscape(List<byte> bytes)
    {
        var kind = _position + 1 < text.Length ? text[_position + 1] : '\0';
        var simple = "abfnrtv\\\"".IndexOf(kind, StringComparison.Ordinal);
        if (simple >= 0 && kind != '\0')
        {
            bytes.Add((byte)"\a\b\f\n\r\t\v\\\""[simple]);
            _position += 2;
            return true;
        }
        var (prefix, digits, radix) = kind switch
        {
            'x' => (2, 2, 16),
            'u' => (2, 4, 16),
            'U' => (2, 8, 16),
            >= '0' and <= '7' => (1, 3, 8),
            _ => (0, 0, 0),
        };
        if (digits > 0 && ReadNumber(_position + prefix, digits, radix) is { } number && Append(bytes, kind, number))
        {
            _position += prefix + digits;
            return true;
        }
        Fail("this escape is not one of Go's: \\n \\t \\\\ \\\" \\xHH \\uHHHH");
        return false;
    }

    private static bool Append(List<byte> bytes, char kind, long number)
    {
        if (kind is not ('u' or 'U'))
        {
            bytes.Add((byte)number);
            return number <= byte.MaxValue;
        }
        if (!Rune.IsValid((uint)number))
        {
            return false;
        }
        Span<byte> encoded = stackalloc byte[4];
        bytes.AddRange(encoded[..new Rune((uint)number).EncodeToUtf8(encoded)]);
        return true;
    }

    private readonly long? ReadNumber(int start, int digits, int radix)
    {
        long number = 0;
        for (var i = start; i < start + digits; i++)
        {
            if (i >= text.Length || !int.TryParse(text.AsSpan(i, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digit) || digit >= radix)
            {
                return null;
            }
            number = (number * radix) + digit;
        }
        return number;
    }

    private bool Accept(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }
        _position++;
        return true;
    }

    /// <summary>The next character that is not white space, or NUL at the end. A NUL in the text ends it too, and is then refused as a rest.</summary>
    private char Peek()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
        {
            _position++;
        }
        return _position < text.Length ? text[_position] : '\0';
    }

    private void Fail(string message) => _error ??= MatcherText.At(_position, message);
}
