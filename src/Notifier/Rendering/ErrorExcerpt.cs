using System.Text;

namespace Observability.Notifier.Rendering;

/// <summary>The beginning of an error text: what a tired person reads first, whole lines, with the count of what is left out.</summary>
internal sealed record ErrorExcerpt(IReadOnlyList<string> Lines, int OmittedLines)
{
    /// <summary>A screen of a phone. The rest is one click away.</summary>
    private const int MostLines = 12;

    /// <summary>Longer lines are SQL on one line or a token of a serializer; their beginning says what they are.</summary>
    private const int MostLineCharacters = 200;

    public static ErrorExcerpt None { get; } = new([], 0);

    public bool IsEmpty => Lines.Count == 0;

    /// <summary><c>… 12 more lines</c>, or empty.</summary>
    public string Rest => OmittedLines == 0 ? "" : $"… {Wording.Count(OmittedLines, "more line", "more lines")}";

    public static ErrorExcerpt Of(string text)
    {
        var lines = new List<string>();
        var omitted = 0;
        foreach (var raw in text.AsSpan().Trim().EnumerateLines())
        {
            if (lines.Count == MostLines)
            {
                omitted++;
                continue;
            }
            var line = Clean(raw);
            if (line.Length > 0 || lines.Count > 0)
            {
                lines.Add(line);
            }
        }
        return lines.Count == 0 ? None : new ErrorExcerpt(lines, omitted);
    }

    /// <summary>Control characters (colours of a terminal, a bell) and what turns the direction of writing around are left out: no medium shows them well.</summary>
    private static string Clean(ReadOnlySpan<char> line)
    {
        var text = new StringBuilder(Math.Min(line.Length, MostLineCharacters));
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\e' && i + 1 < line.Length && line[i + 1] == '[')
            {
                i = EndOfEscape(line, i + 2);
            }
            else if (line[i] == '\t')
            {
                text.Append("    ");
            }
            else if (!PlainText.IsUnprintable(line[i]))
            {
                text.Append(line[i]);
            }
            if (text.Length >= MostLineCharacters)
            {
                return PlainText.Cut(text.ToString(), MostLineCharacters);
            }
        }
        return text.ToString().TrimEnd();
    }

    private static int EndOfEscape(ReadOnlySpan<char> line, int position)
    {
        while (position < line.Length && !char.IsAsciiLetter(line[position]))
        {
            position++;
        }
        return position;
    }
}
