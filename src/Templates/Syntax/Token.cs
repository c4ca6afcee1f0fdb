namespace Observability.Templates;

internal enum TokenKind
{
    Text,
    Open,
    Close,
    Space,
    Word,
    Field,
    Dot,
    Variable,
    Number,
    Character,
    QuotedText,
    RawText,
    Pipe,
    LeftParenthesis,
    RightParenthesis,
    Comma,
    Declare,
    Assign,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Position">Offset of its first character.</param>
/// <param name="Text">As written; of <see cref="TokenKind.Text"/> what is left after trimming.</param>
internal readonly record struct Token(TokenKind Kind, int Position, string Text)
{
    private static readonly HashSet<string> Keywords =
        new(StringComparer.Ordinal) { "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue" };

    public bool IsKeyword => Kind == TokenKind.Word && Keywords.Contains(Text);

    public bool Is(string word) => Kind == TokenKind.Word && Text == word;

    /// <summary>For "found …" in error texts; long ones are cut, since a raw string can hold a page.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the text",
        TokenKind.Space => "a space",
        TokenKind.Close => "\"}}\"",
        _ => Text.Length <= 40 ? $"\"{Text}\"" : $"\"{Text[..40]}…\"",
    };
}
