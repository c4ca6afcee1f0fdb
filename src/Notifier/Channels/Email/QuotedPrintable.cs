using System.Text;

namespace Observability.Notifier.Channels.Email;

/// <summary>RFC 2045, 6.7: text that stays readable on the way, in lines of 76.</summary>
internal static class QuotedPrintable
{
    private const int MostLineCharacters = 76;

    /// <summary>Appends the text; its line ends become CRLF.</summary>
    public static void Append(StringBuilder target, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            AppendLine(target, Encoding.UTF8.GetBytes(lines[i]));
            if (i < lines.Length - 1)
            {
                target.Append("\r\n");
            }
        }
    }

    private static void AppendLine(StringBuilder target, byte[] line)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            // A blank at the end of a line is lost on the way, and "From " or a dot at its beginning is changed by old programs.
            var isLast = i == line.Length - 1;
            var isPlain = line[i] is >= 33 and <= 126 and not (byte)'=' || (line[i] is (byte)' ' or (byte)'\t' && !isLast);
            if (column == 0 && (line[i] is (byte)'.' or (byte)'F'))
            {
                isPlain = false;
            }
            var width = isPlain ? 1 : 3;
            if (column + width > MostLineCharacters - 1)
            {
                target.Append("=\r\n");
                column = 0;
            }
            if (isPlain)
            {
                target.Append((char)line[i]);
            }
            else
            {
                target.Append('=').Append(line[i].ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
            column += width;
        }
    }
}
