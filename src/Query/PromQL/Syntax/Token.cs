namespace Observability.Query.PromQL;

internal enum TokenKind
{
    End,

    /// <summary>A name or a keyword; only its place tells which, because <c>sum</c> and <c>offset</c> may also name a metric or a label.</summary>
    Identifier,
    Number,
    Duration,
    String,
    LeftParenthesis,
    RightParenthesis,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Caret,
    Assign,
    EqualEqual,
    NotEqual,
    RegexMatch,
    RegexNotMatch,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <param name="Kind">What it is.</param>
/// <param name="Span">Where it stands in the query.</param>
/// <param name="Text">As written; for <see cref="TokenKind.String"/> the decoded content.</param>
/// <param name="Number">The value of a <see cref="TokenKind.Number"/>, or of a <see cref="TokenKind.Duration"/> in seconds.</param>
internal readonly record struct Token(TokenKind Kind, TextSpan Span, string Text, double Number = 0)
{
    public bool Is(string keyword) => Kind == TokenKind.Identifier && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>For "found …" in an error.</summary>
    public string Description => Kind switch
    {
        TokenKind.End => "the end of the query",
        TokenKind.String => "a string",
        _ => $"'{Text}'",
    };
}
