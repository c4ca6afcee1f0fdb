using System.Text;
using Observability.Telemetry;

namespace Observability.Configuration;

/// <summary>
/// The grammar of Alertmanager before 0.27. Names are Prometheus' names (and colons); a value may stand without quotes and then holds everything up to the next
/// comma; inside a value <c>\n</c>, <c>\"</c> and <c>\\</c> are escapes and any other backslash is itself. Either brace may be missing.
/// </summary>
internal static class ClassicMatcherParser
{
    public static IReadOnlyList<LabelMatcher>? Parse(string text, out string? error)
    {
        var inner = text.StartsWith('{') ? text[1..] : text;
        inner = inner.EndsWith('}') ? inner[..^1] : inner;
        var matchers = new List<LabelMatcher>();
        foreach (var part in SplitAtCommas(inner))
        {
            if (ParseOne(part, out error) is not { } matcher)
            {
                return null;
            }
            matchers.Add(matcher);
        }
        error = null;
        return matchers;
    }

    private static List<string> SplitAtCommas(string text)
    {
        var parts = new List<string>();
        var (start, inQuotes, escaped) = (0, false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == ',' && !inQuotes)
            {
                parts.Add(text[start..i]);
                start = i + 1;
                // As in the original, a comma outside quotes leaves a pending backslash pending.
                continue;
            }
            if (c == '"' && !escaped)
            {
                inQuotes = !inQuotes;
            }
            escaped = c == '\\' && !escaped;
        }
        // Only the last part may be empty: a trailing comma is fine, ",," is not.
        if (!string.IsNullOrWhiteSpace(text[start..]))
        {
            parts.Add(text[start..]);
        }
        return parts;
    }

    private static LabelMatcher? ParseOne(string part, out string? error)
    {
        var position = SkipSpace(part, 0);
        var nameStart = position;
        while (position < part.Length && IsNameCharacter(part[position], isFirst: position == nameStart))
        {
            position++;
        }
        var name = part[nameStart..position];
        position = SkipSpace(part, position);
        if (name.Length == 0 || ReadOperator(part, ref position) is not { } matchOperator)
        {
            error = $"'{part.Trim()}' is not of the form name=\"value\" (operators =, !=, =~, !~)";
            return null;
        }
        if (Unescape(part[position..].Trim()) is { } value)
        {
            return MatcherText.Make(name, matchOperator, value, out error);
        }
        error = $"'{part.Trim()}' has a double quote in its value that is neither the first or last character nor written as \\\"";
        return null;
    }

    private static bool IsNameCharacter(char c, bool isFirst) => char.IsAsciiLetter(c) || c is '_' or ':' || (!isFirst && char.IsAsciiDigit(c));

    private static MatchOperator? ReadOperator(string part, ref int position)
    {
        var rest = part.AsSpan(position);
        (MatchOperator? found, int length) = rest switch
        {
            ['=', '~', ..] => (MatchOperator.Regex, 2),
            ['=', ..] => (MatchOperator.Equal, 1),
            ['!', '=', ..] => (MatchOperator.NotEqual, 2),
            ['!', '~', ..] => (MatchOperator.NotRegex, 2),
            _ => ((MatchOperator?)null, 0),
        };
        position += length;
        return found;
    }

    private static string? Unescape(string raw)
    {
        var quoted = raw.StartsWith('"');
        var closed = false;
        var value = new StringBuilder();
        for (var i = quoted ? 1 : 0; i < raw.Length; i++)
        {
            var c = raw[i];
            if (c == '"')
            {
                if (!quoted || i < raw.Length - 1)
                {
                    return null;
                }
                closed = true;
            }
            else if (c == '\\' && i < raw.Length - 1)
            {
                i++;
                _ = raw[i] switch
                {
                    'n' => value.Append('\n'),
                    '"' or '\\' => value.Append(raw[i]),
                    _ => value.Append('\\').Append(raw[i]),
                };
            }
            else
            {
                value.Append(c);
            }
        }
        return quoted == closed ? value.ToString() : null;
    }

    private static int SkipSpace(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
        return position;
    }
}
