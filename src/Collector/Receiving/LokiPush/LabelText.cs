using System.Buffers;
using System.Globalization;
using System.Text;
using Observability.Collector.Receiving.Otlp;

namespace Observability.Collector.Receiving.LokiPush;

/// <summary>
/// Reads the labels of a stream as protobuf carries them: <c>{name="value", …}</c> with texts in double quotes and Go's escapes (Go specification, "String
/// literals"), or in back quotes as they are. A value without escapes stays where it lies.
/// </summary>
internal ref struct LabelText
{
    private static readonly SearchValues<byte> s_nameEnds = SearchValues.Create("=,{}\"` \t\r\n"u8);

    private readonly OtlpValues _values;
    private readonly ReadOnlySpan<byte> _text;
    private readonly int _offset;
    private int _position;

    private LabelText(OtlpValues values, int offset, int length)
    {
        _values = values;
        _text = values.Payload.AsSpan(offset, length);
        _offset = offset;
    }

    /// <summary>Hands each label to the stream.</summary>
    /// <exception cref="MalformedPayloadException">The text is no set of labels; the position is a byte of the payload.</exception>
    public static void Read(OtlpValues values, int offset, int length, PushedStream stream) => new LabelText(values, offset, length).Read(stream);

    private void Read(PushedStream stream)
    {
        Expect((byte)'{');
        while (Peek() != '}')
        {
            var name = ReadName();
            Expect((byte)'=');
            stream.AddLabel(name, ReadValue());
            // A comma may also stand behind the last one.
            if (Peek() == '}')
            {
                break;
            }
            Expect((byte)',');
        }
        Expect((byte)'}');
        if (Peek() != 0)
        {
            throw Malformed("the end of the labels");
        }
    }

    /// <summary>The next character that is no space; 0 at the end.</summary>
    private char Peek()
    {
        while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            _position++;
        }
        return _position < _text.Length ? (char)_text[_position] : '\0';
    }

    private void Expect(byte character)
    {
        if (Peek() != (char)character)
        {
            throw Malformed($"'{(char)character}'");
        }
        _position++;
    }

    /// <summary>Up to what cannot be part of a name; whether it is a name is judged where all labels are.</summary>
    private OtlpValue ReadName()
    {
        Peek();
        var length = _text[_position..].IndexOfAny(s_nameEnds);
        if (length <= 0)
        {
            throw Malformed("the name of a label");
        }
        var name = OtlpValue.Text(_offset + _position, length);
        _position += length;
        return name;
    }

    private OtlpValue ReadValue()
    {
        var quote = Peek();
        if (quote is not ('"' or '`'))
        {
            throw Malformed("a value in quotes");
        }
        var start = ++_position;
        var isRaw = quote == '`';
        var length = isRaw ? _text[start..].IndexOf((byte)'`') : _text[start..].IndexOfAny((byte)'"', (byte)'\\');
        if (length < 0)
        {
            throw Malformed("the quote that ends the value", start - 1);
        }
        if (_text[start + length] != (byte)'\\')
        {
            _position = start + length + 1;
            return OtlpValue.Text(_offset + start, length);
        }
        return ReadEscaped(start);
    }

    private OtlpValue ReadEscaped(int start)
    {
        // No escape is shorter than what it stands for.
        var target = _values.GetScratch(_text.Length - start);
        var written = 0;
        while (_position < _text.Length)
        {
            var next = _text[_position++];
            if (next == (byte)'"')
            {
                return _values.TakeScratch(written);
            }
            written += next == (byte)'\\' ? Unescape(target[written..]) : Plain(next, target[written..]);
        }
        throw Malformed("the quote that ends the value", start - 1);
    }

    private static int Plain(byte next, Span<byte> target)
    {
        target[0] = next;
        return 1;
    }

    private int Unescape(Span<byte> target)
    {
        var at = _position - 1;
        var kind = _position < _text.Length ? (char)_text[_position++] : '\0';
        var simple = kind switch
        {
            'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', '\\' => '\\', '"' => '"', '\'' => '\'',
            _ => '\0',
        };
        if (simple != '\0')
        {
            return Plain((byte)simple, target);
        }
        switch (kind)
        {
            case 'x':
                return Plain((byte)ReadNumber(2, 16, at), target);
            case >= '0' and <= '7':
                _position--;
                var octal = ReadNumber(3, 8, at);
                return octal <= byte.MaxValue ? Plain((byte)octal, target) : throw Malformed("an octal escape up to \\377", at);
            case 'u' or 'U':
                var code = ReadNumber(kind == 'u' ? 4 : 8, 16, at);
                return Rune.IsValid(code) ? new Rune(code).EncodeToUtf8(target) : throw Malformed("a Unicode character", at);
            default:
                throw Malformed("an escape of Go's string literals", at);
        }
    }

    private int ReadNumber(int digits, int radix, int at)
    {
        long number = 0;
        for (var i = 0; i < digits; i++, _position++)
        {
            var digit = _position < _text.Length && char.IsAsciiHexDigit((char)_text[_position]) ? Convert.ToInt32(((char)_text[_position]).ToString(), 16) : radix;
            if (digit >= radix)
            {
                throw Malformed($"an escape of {digits} digits", at);
            }
            number = (number * radix) + digit;
        }
        return (int)Math.Min(number, int.MaxValue);
    }

    private readonly MalformedPayloadException Malformed(string expected, int? at = null) =>
        new($"the labels of the stream are not {{name=\"value\", …}}: expected {expected}", string.Create(CultureInfo.InvariantCulture, $"byte {_offset + (at ?? _position)}"));
}
