using System.Text;

namespace Observability.Query.LogQL.Lines;

/// <summary>Takes terminal control sequences out of a line (ECMA-48, section 5.4): colours, cursor moves, titles.</summary>
internal static class TerminalText
{
    private const char Escape = '\u001b';
    private const char SequenceIntroducer = '\u009b';

    public static string Strip(string line)
    {
        if (line.AsSpan().IndexOfAny(Escape, SequenceIntroducer) < 0)
        {
            return line;
        }
        var plain = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length;)
        {
            var end = EndOfSequence(line, i);
            if (end == i)
            {
                plain.Append(line[i++]);
            }
            else
            {
                i = end;
            }
        }
        return plain.ToString();
    }

    private static int EndOfSequence(string line, int at)
    {
        if (line[at] == SequenceIntroducer)
        {
            return EndOfControl(line, at + 1);
        }
        if (line[at] != Escape || at + 1 == line.Length)
        {
            return at;
        }
        return line[at + 1] switch
        {
            '[' => EndOfControl(line, at + 2),
            ']' => EndOfCommand(line, at + 2),
            >= '@' and <= '_' => at + 2,
            _ => at,
        };
    }

    // Parameters and intermediates, then one final character.
    private static int EndOfControl(string line, int at)
    {
        while (at < line.Length && line[at] is >= ' ' and <= '?')
        {
            at++;
        }
        return at < line.Length && line[at] is >= '@' and <= '~' ? at + 1 : at;
    }

    private static int EndOfCommand(string line, int at)
    {
        for (; at < line.Length; at++)
        {
            if (line[at] == '\a')
            {
                return at + 1;
            }
            if (line[at] == Escape && at + 1 < line.Length && line[at + 1] == '\\')
            {
                return at + 2;
            }
        }
        return at;
    }
}
