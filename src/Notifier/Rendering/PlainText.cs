using System.Globalization;

namespace Observability.Notifier.Rendering;

/// <summary>Text of others made fit for one line of ours.</summary>
internal static class PlainText
{
    /// <summary>On one line: line breaks and other control characters become spaces, several spaces one.</summary>
    public static string OneLine(string text, int mostCharacters)
    {
        var line = string.Join(' ', new string([.. text.Select(c => IsUnprintable(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return Cut(line, mostCharacters);
    }

    /// <summary>Cut to a length with an ellipsis, never inside a surrogate pair.</summary>
    public static string Cut(string text, int mostCharacters)
    {
        if (text.Length <= mostCharacters)
        {
            return text;
        }
        var end = mostCharacters - 1;
        return (char.IsHighSurrogate(text[end - 1]) ? text[..(end - 1)] : text[..end]) + "…";
    }

    /// <summary>Controls, lone halves of characters, and the marks that turn the direction of the text behind them.</summary>
    public static bool IsUnprintable(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\uFEFF'
        || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.OtherNotAssigned;
}
