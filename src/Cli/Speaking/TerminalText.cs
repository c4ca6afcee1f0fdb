namespace Observability.Cli.Speaking;

internal static class TerminalText
{
    /// <summary>Texts come from outside: a line break would break the row, and an escape sequence would be obeyed by the terminal.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(static character => char.IsControl(character) ? ' ' : character));
}
