using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Walks over the tokens of one query and words its syntax errors.</summary>
internal sealed class TokenReader(string text)
{
    private readonly List<Token> _tokens = Lexer.Tokenize(text);
    private int _at;

    public Token Current => _tokens[_at];

    /// <summary>The token after <see cref="Current"/>; the end token repeats.</summary>
    public Token Following => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    /// <summary>End of the last token taken: where the node being built ends.</summary>
    public int TakenEnd => _at == 0 ? 0 : _tokens[_at - 1].Span.EndOffset;

    public Token Take() => Current.Kind == TokenKind.End ? Current : _tokens[_at++];

    public bool TryTake(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            return false;
        }
        Take();
        return true;
    }

    public bool TryTake(string keyword)
    {
        if (!Current.Is(keyword))
        {
            return false;
        }
        Take();
        return true;
    }

    public Token Expect(TokenKind kind, string expected) => Current.Kind == kind ? Take() : throw Unexpected(expected);

    public QueryException Unexpected(string expected) => Error(Current.Span.Start, $"found {Current.Description}, expected {expected}");

    public QueryException Error(QueryPosition position, string reason) => new(QueryFault.Syntax, reason, position);
}
