namespace Observability.Query.LogQL.Parsing;

internal enum TokenKind
{
    End,
    Name,

    /// <summary>A word that cannot name a label, such as <c>json</c> or <c>by</c>; the text is in lower case.</summary>
    Keyword,

    /// <summary>A function's name before its parenthesis; the text is in lower case. Elsewhere the same word is a <see cref="Name"/>.</summary>
    Function,

    /// <summary>A string; the text is without quotes and escapes.</summary>
    Text,
    Number,
    Duration,
    Bytes,

    /// <summary><c>[5m]</c>.</summary>
    Range,

    /// <summary><c>--strict</c>.</summary>
    Flag,
    Symbol,
}

/// <summary>One word of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its meaning as text.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">How many characters it takes in the query.</param>
/// <param name="Quantity">Nanoseconds of a duration or range, bytes of a size.</param>
internal readonly record struct LogQLToken(TokenKind Kind, string Text, int Offset, int Length, decimal Quantity = 0)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;

    public bool IsSymbol(string text) => Is(TokenKind.Symbol, text);

    public bool IsKeyword(string text) => Is(TokenKind.Keyword, text);

    public bool IsFunction(string text) => Is(TokenKind.Function, text);
}
