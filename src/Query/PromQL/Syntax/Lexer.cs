using System.Globalization;
using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Cuts a query into tokens. White space and <c>#</c> comments separate and vanish.</summary>
internal sealed class Lexer
{
    /// <summary>Bigger: longer generated alternations; smaller: less memory for what a stranger posts. The longest rule seen in public rule packs has 6,000 characters.</summary>
    public const int MaximumQueryLength = 100_000;

    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _countedUntil;

    private Lexer(string text) => _text = text;

    /// <returns>At least one token; the last is <see cref="TokenKind.End"/>.</returns>
    /// <exception cref="QueryException">A character, number or string that PromQL does not have.</exception>
    public static List<Token> Tokenize(string text)
    {
        if (text.Length > MaximumQueryLength)
        {
            throw new QueryException(QueryFault.Limit, $"the query is {text.Length} characters long; at most {MaximumQueryLength} are accepted; split it into recording rules");
        }
        var lexer = new Lexer(text);
        if (QuotedText.IndexOfInvalid(text) is >= 0 and var invalid)
        {
            throw lexer.Error(invalid, "half a surrogate pair stands here alone: the query is not valid Unicode");
        }
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (true)
        {
            SkipBlanks();
            if (_at == _text.Length)
            {
                _tokens.Add(new Token(TokenKind.End, SpanFrom(_at), ""));
                return;
            }
            var c = _text[_at];
            if (char.IsAsciiLetter(c) || c == '_' || (c == ':' && !InsideBrackets()))
            {
                ReadIdentifier();
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1])))
            {
                ReadNumber();
            }
            else if (c is '"' or '\'' or '`')
            {
                var start = _at;
                var content = QuotedText.Read(_text, ref _at);
                _tokens.Add(new Token(TokenKind.String, SpanFrom(start), content));
            }
            else
            {
                ReadSymbol();
            }
        }
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && (char.IsWhiteSpace(_text[_at]) || _text[_at] == '#'))
        {
            if (_text[_at] == '#')
            {
                var end = _text.IndexOf('\n', _at);
                _at = end < 0 ? _text.Length : end;
            }
            else
            {
                _at++;
            }
        }
    }

    // Between brackets a colon parts range and step; elsewhere it is a letter of recorded names (job:errors:rate5m).
    private bool InsideBrackets()
    {
        for (var i = _tokens.Count - 1; i >= 0; i--)
        {
            if (_tokens[i].Kind is TokenKind.LeftBracket or TokenKind.RightBracket)
            {
                return _tokens[i].Kind == TokenKind.LeftBracket;
            }
        }
        return false;
    }

    private void ReadIdentifier()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or ':'))
        {
            _at++;
        }
        Add(TokenKind.Identifier, start);
    }

    private void ReadNumber()
    {
        var start = _at;
        if (_text[_at] == '0' && _at + 1 < _text.Length && _text[_at + 1] is 'x' or 'X')
        {
            _at += 2;
            SkipWhile(static c => char.IsAsciiHexDigit(c) || c == '_');
        }
        else
        {
            SkipWhile(static c => char.IsAsciiDigit(c) || c == '_');
            if (_at < _text.Length && _text[_at] == '.')
            {
                _at++;
                SkipWhile(static c => char.IsAsciiDigit(c) || c == '_');
            }
            SkipExponent();
        }
        if (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
        {
            ReadDuration(start);
            return;
        }
        var digits = _text[start.._at];
        if (!NumberLiteralText.TryParse(digits, out var value))
        {
            throw Error(start, $"'{digits}' is not a number");
        }
        _tokens.Add(new Token(TokenKind.Number, SpanFrom(start), digits, value));
    }

    private void SkipExponent()
    {
        if (_at >= _text.Length || _text[_at] is not ('e' or 'E'))
        {
            return;
        }
        var digitsAt = _at + 1 < _text.Length && _text[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
        if (digitsAt < _text.Length && char.IsAsciiDigit(_text[digitsAt]))
        {
            _at = digitsAt;
            SkipWhile(static c => char.IsAsciiDigit(c) || c == '_');
        }
    }

    private void ReadDuration(int start)
    {
        _at = start;
        SkipWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');
        var text = _text[start.._at];
        if (!DurationText.TryParse(text, out var duration))
        {
            throw Error(start, $"'{text}' is neither a number nor a duration; a duration is whole numbers with units from large to small, like 1h30m (y w d h m s ms)");
        }
        _tokens.Add(new Token(TokenKind.Duration, SpanFrom(start), text, duration.Seconds));
    }

    private void ReadSymbol()
    {
        var next = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
        var (kind, length) = (_text[_at], next) switch
        {
            ('=', '=') => (TokenKind.EqualEqual, 2),
            ('=', '~') => (TokenKind.RegexMatch, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('!', '~') => (TokenKind.RegexNotMatch, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('=', _) => (TokenKind.Assign, 1),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('(', _) => (TokenKind.LeftParenthesis, 1),
            (')', _) => (TokenKind.RightParenthesis, 1),
            ('{', _) => (TokenKind.LeftBrace, 1),
            ('}', _) => (TokenKind.RightBrace, 1),
            ('[', _) => (TokenKind.LeftBracket, 1),
            (']', _) => (TokenKind.RightBracket, 1),
            (',', _) => (TokenKind.Comma, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('@', _) => (TokenKind.At, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Star, 1),
            ('/', _) => (TokenKind.Slash, 1),
            ('%', _) => (TokenKind.Percent, 1),
            ('^', _) => (TokenKind.Caret, 1),
            _ => throw Error(_at, string.Create(CultureInfo.InvariantCulture, $"unexpected character '{_text[_at]}' (U+{(int)_text[_at]:X4})")),
        };
        _at += length;
        Add(kind, _at - length);
    }

    private void SkipWhile(Func<char, bool> belongs)
    {
        while (_at < _text.Length && belongs(_text[_at]))
        {
            _at++;
        }
    }

    private void Add(TokenKind kind, int start) => _tokens.Add(new Token(kind, SpanFrom(start), _text[start.._at]));

    // Tokens come in order, so lines are counted once over the whole query.
    private TextSpan SpanFrom(int start)
    {
        for (; _countedUntil < start; _countedUntil++)
        {
            if (_text[_countedUntil] == '\n')
            {
                _line++;
                _lineStart = _countedUntil + 1;
            }
        }
        return new TextSpan(new QueryPosition(start, _line, start - _lineStart + 1), _at);
    }

    private QueryException Error(int offset, string reason) => new(QueryFault.Syntax, reason, QueryPosition.Of(_text, offset));
}
