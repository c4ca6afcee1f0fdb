using System.Text;
using System.Text.RegularExpressions;

namespace Observability.Query.Values;

/// <summary>
/// What <c>label_replace</c> of both languages writes: Go's <c>Regexp.Expand</c> (https://pkg.go.dev/regexp#Regexp.Expand). <c>$1</c>, <c>$name</c> and
/// <c>${name}</c> are groups, <c>$$</c> is a dollar. Without braces a name is as long as possible, so <c>$1x</c> is the group "1x"; an unknown group is empty.
/// </summary>
internal sealed class GroupReplacement
{
    private readonly List<(string Text, bool IsGroup)> _parts = [];

    /// <param name="pattern">The expression as its user wrote it; its groups are counted as RE2 counts them.</param>
    /// <param name="replacement">The text with the references.</param>
    public GroupReplacement(string pattern, string replacement)
    {
        var numbering = new CaptureNumbering(pattern);
        var text = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '$')
            {
                text.Append(replacement[i]);
            }
            else if (i + 1 < replacement.Length && replacement[i + 1] == '$')
            {
                text.Append('$');
                i++;
            }
            else if (TryReadName(replacement, i + 1, out var name, out var end))
            {
                _parts.Add((text.ToString(), false));
                _parts.Add((numbering.NameOf(name), true));
                text.Clear();
                i = end - 1;
            }
            else
            {
                text.Append('$');
            }
        }
        _parts.Add((text.ToString(), false));
    }

    public string Expand(Match match)
    {
        var result = new StringBuilder();
        foreach (var (text, isGroup) in _parts)
        {
            result.Append(isGroup ? match.Groups[text].ValueSpan : text);
        }
        return result.ToString();
    }

    private static bool TryReadName(string replacement, int at, out string name, out int end)
    {
        var isBraced = at < replacement.Length && replacement[at] == '{';
        var start = isBraced ? at + 1 : at;
        end = start;
        while (end < replacement.Length && (char.IsLetterOrDigit(replacement[end]) || replacement[end] == '_'))
        {
            end++;
        }
        name = replacement[start..end];
        return name.Length > 0 && (!isBraced || (end < replacement.Length && replacement[end++] == '}'));
    }
}
