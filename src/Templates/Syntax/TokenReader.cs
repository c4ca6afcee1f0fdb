namespace Observability.Templates;

/// <summary>Walks over the tokens of one file. The last token, the end, is never passed.</summary>
internal sealed class TokenReader(SourceText source)
{
    private readonly List<Token> _tokens = Lexer.Read(source);
    private int _index;

    public SourceText Source { get; } = source;

    public Token Peek() => _tokens[_index];

    public Token PeekPastSpace()
    {
        SkipSpace();
        return _tokens[_index];
    }

    public Token Next()
    {
        var token = _tokens[_index];
        if (token.Kind != TokenKind.End)
        {
            _index++;
        }
        return token;
    }

    public Token NextPastSpace()
    {
        SkipSpace();
        return Next();
    }

    /// <summary>The first token after the next one that is not a space: tells <c>$x :=</c> from <c>$x</c>.</summary>
    public Token PeekPastNext()
    {
        var index = Math.Min(_index + 1, _tokens.Count - 1);
        return _tokens[index].Kind == TokenKind.Space ? _tokens[index + 1] : _tokens[index];
    }

    public Token Expect(TokenKind kind, string expected)
    {
        var token = NextPastSpace();
        return token.Kind == kind ? token : throw Unexpected(token, expected);
    }

    public TemplateException Unexpected(Token token, string expected) => Source.ErrorAt(token.Position, $"found {token.Shown}; expected {expected}");

    private void SkipSpace()
    {
        if (_tokens[_index].Kind == TokenKind.Space)
        {
            _index++;
        }
    }
}

/// <summary>Names of the variables that are visible where the parser stands, so that a misspelt one is found before anything is rendered.</summary>
internal sealed class VariableScope
{
    private readonly List<string> _names;

    public VariableScope(IEnumerable<string> names) => _names = ["$", .. names];

    public int Mark => _names.Count;

    public void Declare(string name) => _names.Add(name);

    public bool Contains(string name) => _names.Contains(name);

    public void CloseTo(int mark) => _names.RemoveRange(mark, _names.Count - mark);
}
