namespace Observability.Repository.Tests.Sources;

/// <summary>
/// Blanks comments and the content of literals in C# text; code in the holes of interpolated strings stays. Every other character keeps its place.
/// It knows the lexical grammar only (C# 14, section "Lexical structure"), which is all that the rules need.
/// </summary>
internal sealed class CSharpText
{
    private readonly string _text;
    private readonly char[] _output;
    private int _position;

    private CSharpText(string text)
    {
        _text = text;
        _output = text.ToCharArray();
    }

    public static string CodeOnly(string text)
    {
        var scanner = new CSharpText(text);
        scanner.ScanCode(isHole: false);
        return new string(scanner._output);
    }

    /// <summary>Runs to the end, or in a hole up to the brace that closes it.</summary>
    private void ScanCode(bool isHole)
    {
        var depth = 0;
        while (_position < _text.Length)
        {
            switch (_text[_position])
            {
                case '/' when Next() == '/':
                    BlankTo(EndOf("\n"));
                    break;
                case '/' when Next() == '*':
                    BlankTo(Math.Min(_text.Length, EndOf("*/", from: 2) + 2));
                    break;
                case '\'':
                    ScanCharacter();
                    break;
                case '"':
                    ScanString();
                    break;
                case '}' when isHole && depth == 0:
                    return;
                case ':' when isHole && depth == 0 && Next() != ':':
                    BlankTo(EndOf("}"));   // A format: "{value:0.#}". A conditional expression in a hole stands in parentheses.
                    break;
                case '{' or '(' or '[':
                    depth++;
                    _position++;
                    break;
                case '}' or ')' or ']':
                    depth--;
                    _position++;
                    break;
                default:
                    _position++;
                    break;
            }
        }
    }

    private void ScanCharacter()
    {
        _position++;
        while (_position < _text.Length && _text[_position] is not ('\'' or '\n'))
        {
            Blank(_text[_position] == '\\' ? 2 : 1);
        }
        _position++;
    }

    private void ScanString()
    {
        var (dollars, isVerbatim) = Prefix();
        var quotes = CountAt(_position, '"');
        if (quotes >= 3)
        {
            _position += quotes;
            ScanContent(dollars, isEnd: () => CountAt(_position, '"') >= quotes, escapeLength: () => 0);
            _position += quotes;
            return;
        }
        _position++;
        ScanContent(
            dollars,
            isEnd: () => _text[_position] == '"' && !(isVerbatim && Next() == '"'),
            escapeLength: () => isVerbatim ? (_text[_position] == '"' ? 2 : 0) : (_text[_position] == '\\' ? 2 : 0));
        _position++;
    }

    private void ScanContent(int dollars, Func<bool> isEnd, Func<int> escapeLength)
    {
        while (_position < _text.Length && !isEnd())
        {
            var braces = dollars > 0 ? CountAt(_position, '{') : 0;
            if (escapeLength() is > 0 and var escape)
            {
                Blank(escape);
            }
            else if (dollars == 1 && braces >= 2)
            {
                Blank(2);   // "{{" stands for a brace.
            }
            else if (dollars > 0 && braces >= dollars)
            {
                _position += braces;
                ScanCode(isHole: true);
                _position += dollars;
            }
            else
            {
                Blank(1);
            }
        }
    }

    /// <summary>The dollars and the at sign in front of the quote.</summary>
    private (int Dollars, bool IsVerbatim) Prefix()
    {
        var dollars = 0;
        var isVerbatim = false;
        for (var i = _position - 1; i >= 0 && _text[i] is '$' or '@'; i--)
        {
            dollars += _text[i] == '$' ? 1 : 0;
            isVerbatim |= _text[i] == '@';
        }
        return (dollars, isVerbatim);
    }

    private char Next() => _position + 1 < _text.Length ? _text[_position + 1] : '\0';

    private int CountAt(int position, char character)
    {
        var count = 0;
        while (position + count < _text.Length && _text[position + count] == character)
        {
            count++;
        }
        return count;
    }

    private int EndOf(string mark, int from = 0) =>
        _text.IndexOf(mark, Math.Min(_text.Length, _position + from), StringComparison.Ordinal) is >= 0 and var end ? end : _text.Length;

    private void BlankTo(int end) => Blank(end - _position);

    private void Blank(int count)
    {
        for (var end = Math.Min(_text.Length, _position + count); _position < end; _position++)
        {
            if (_output[_position] != '\n')
            {
                _output[_position] = ' ';
            }
        }
    }
}
