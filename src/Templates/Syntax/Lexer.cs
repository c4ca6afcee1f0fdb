namespace Observability.Templates;

/// <summary>
/// Splits a template into tokens by the rules of Go's text/template (package documentation, "Text and spaces" and "Actions").
/// The delimiters are fixed: neither Prometheus nor Alertmanager lets a user change them.
/// </summary>
internal sealed class Lexer
{
    private const string TrimmedWhitespace = " \t\r\n";

    private readonly SourceText _source;
    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _position;
    private bool _trimNextText;

    private Lexer(SourceText source)
    {
        _source = source;
        _text = source.Text;
    }

    /// <summary>All tokens, the last of which is <see cref="TokenKind.End"/>.</summary>
    public static List<Token> Read(SourceText source)
    {
        var lexer = new Lexer(source);
        while (lexer.ReadTextUpToAction())
        {
            lexer.ReadAction();
        }
        lexer.Add(TokenKind.End, source.Text.Length, source.Text.Length);
        return lexer._tokens;
    }

    private bool ReadTextUpToAction()
    {
        var open = _text.IndexOf("{{", _position, StringComparison.Ordinal);
        var end = open < 0 ? _text.Length : open;
        var trimsLeft = open >= 0 && At(open + 2) == '-' && IsSpace(At(open + 3));
        var piece = _text.AsSpan(_position, end - _position);
        if (_trimNextText)
        {
            piece = piece.TrimStart(TrimmedWhitespace);
        }
        var start = end - piece.Length;
        if (trimsLeft)
        {
            piece = piece.TrimEnd(TrimmedWhitespace);
        }
        if (!piece.IsEmpty)
        {
            _tokens.Add(new Token(TokenKind.Text, start, piece.ToString()));
        }
        _trimNextText = false;
        if (open < 0)
        {
            return false;
        }
        Add(TokenKind.Open, open, open + 2);
        if (trimsLeft)
        {
            _position = open + 4;
        }
        return true;
    }

    private void ReadAction()
    {
        var open = _tokens[^1].Position;
        if (_text.AsSpan(_position).StartsWith("/*"))
        {
            ReadComment(open);
            return;
        }
        var parentheses = new Stack<int>();
        while (!TryReadClose())
        {
            if (_position >= _text.Length)
            {
                throw _source.ErrorAt(open, "the action is not closed; expected \"}}\"");
            }
            ReadActionToken(parentheses);
        }
        if (parentheses.TryPop(out var unclosed))
        {
            throw _source.ErrorAt(unclosed, "the parenthesis is not closed; expected \")\"");
        }
    }

    /// <summary>A comment yields no token at all, so that it may stand anywhere, even before <c>else</c>.</summary>
    private void ReadComment(int open)
    {
        var end = _text.IndexOf("*/", _position + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw _source.ErrorAt(open, "the comment is not closed; expected \"*/\"");
        }
        _position = end + 2;
        if (IsSpace(At(_position)))
        {
            _position++;
        }
        var spaced = _position > end + 2;
        if (spaced != (At(_position) == '-') || !TryReadClose())
        {
            throw _source.ErrorAt(end + 2, "a comment ends its action; expected \"}}\" or \" -}}\" after \"*/\"");
        }
        _tokens.RemoveRange(_tokens.Count - 2, 2);
    }

    private bool TryReadClose()
    {
        var rest = _text.AsSpan(_position);
        var trims = rest.StartsWith("-}}") && _position > 0 && IsSpace(_text[_position - 1]);
        if (!trims && !rest.StartsWith("}}"))
        {
            return false;
        }
        _trimNextText = trims;
        Add(TokenKind.Close, _position, _position + (trims ? 3 : 2));
        return true;
    }

    private void ReadActionToken(Stack<int> parentheses)
    {
        var start = _position;
        var current = _text[start];
        switch (current)
        {
            case ' ' or '\t' or '\r' or '\n':
                ReadSpace();
                break;
            case '|':
                Add(TokenKind.Pipe, start, start + 1);
                break;
            case ',':
                Add(TokenKind.Comma, start, start + 1);
                break;
            case '=':
                Add(TokenKind.Assign, start, start + 1);
                break;
            case ':' when At(start + 1) == '=':
                Add(TokenKind.Declare, start, start + 2);
                break;
            case '(':
                parentheses.Push(start);
                Add(TokenKind.LeftParenthesis, start, start + 1);
                break;
            case ')':
                if (!parentheses.TryPop(out _))
                {
                    throw _source.ErrorAt(start, "\")\" closes no parenthesis");
                }
                Add(TokenKind.RightParenthesis, start, start + 1);
                break;
            case '"':
                ReadQuoted(TokenKind.QuotedText, "string");
                break;
            case '\'':
                ReadQuoted(TokenKind.Character, "character constant");
                break;
            case '`':
                ReadRaw();
                break;
            default:
                ReadWordOrNumber(current);
                break;
        }
    }

    private void ReadWordOrNumber(char current)
    {
        var start = _position;
        if (char.IsAsciiDigit(current) || (current is '.' or '+' or '-' && char.IsAsciiDigit(At(start + 1))) || (current is '+' or '-' && At(start + 1) == '.'))
        {
            ReadNumber();
        }
        else if (current == '.')
        {
            ReadName(start + 1, emptyKind: TokenKind.Dot, TokenKind.Field);
        }
        else if (current == '$')
        {
            ReadName(start + 1, emptyKind: TokenKind.Variable, TokenKind.Variable);
        }
        else if (IsNamePart(current))
        {
            ReadName(start, emptyKind: TokenKind.Word, TokenKind.Word);
        }
        else
        {
            throw _source.ErrorAt(start, $"unexpected character '{current}' in an action");
        }
    }

    private void ReadSpace()
    {
        var end = _position;
        while (IsSpace(At(end)))
        {
            end++;
        }
        Add(TokenKind.Space, _position, end);
    }

    private void ReadName(int nameStart, TokenKind emptyKind, TokenKind kind)
    {
        var end = nameStart;
        while (IsNamePart(At(end)))
        {
            end++;
        }
        Add(end == nameStart ? emptyKind : kind, _position, end);
        // Without this rule `.a"b"` would read as two operands that touch.
        if (end < _text.Length && !IsSpace(_text[end]) && !".,|:=()".Contains(_text[end]) && !_text.AsSpan(end).StartsWith("}}"))
        {
            throw _source.ErrorAt(end, $"unexpected character '{_text[end]}' after \"{_tokens[^1].Text}\"; expected a space or the end of the operand");
        }
    }

    private void ReadNumber()
    {
        var end = _position + 1;
        // Everything that could belong to a number is taken, so that `1abc` is one wrong number and not two operands.
        while (IsNamePart(At(end)) || At(end) == '.' || (At(end) is '+' or '-' && IsExponentMark(_text[end - 1])))
        {
            end++;
        }
        Add(TokenKind.Number, _position, end);
    }

    private bool IsExponentMark(char mark)
    {
        var isHexadecimal = _text.AsSpan(_position).TrimStart("+-").StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return isHexadecimal ? mark is 'p' or 'P' : mark is 'e' or 'E';
    }

    private void ReadQuoted(TokenKind kind, string what)
    {
        var quote = _text[_position];
        var end = _position + 1;
        while (At(end) != quote || end >= _text.Length)
        {
            if (end >= _text.Length || _text[end] == '\n')
            {
                throw _source.ErrorAt(_position, $"the {what} is not closed on its line; expected {quote}");
            }
            end += _text[end] == '\\' ? 2 : 1;
        }
        Add(kind, _position, end + 1);
    }

    private void ReadRaw()
    {
        var end = _text.IndexOf('`', _position + 1);
        if (end < 0)
        {
            throw _source.ErrorAt(_position, "the raw string is not closed; expected `");
        }
        Add(TokenKind.RawText, _position, end + 1);
    }

    private void Add(TokenKind kind, int start, int end)
    {
        _tokens.Add(new Token(kind, start, _text[start..end]));
        _position = end;
    }

    private char At(int index) => index < _text.Length ? _text[index] : '\0';

    private static bool IsSpace(char character) => character is ' ' or '\t' or '\r' or '\n';

    private static bool IsNamePart(char character) => character == '_' || char.IsLetterOrDigit(character);
}
