namespace Observability.Query.Values;

/// <summary>
/// Which group of a .NET expression is meant by <c>$2</c>. RE2, whose numbers users write, counts all capturing groups from left to right; .NET counts the unnamed ones first
/// and the named ones after them.
/// </summary>
internal sealed class CaptureNumbering
{
    private readonly List<string> _names = ["0"];

    public CaptureNumbering(string pattern)
    {
        var unnamed = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    i = EndOfClass(pattern, i);
                    break;
                case '(' when NameAt(pattern, i + 1) is { } name:
                    _names.Add(name);
                    break;
                case '(' when i + 1 == pattern.Length || pattern[i + 1] != '?':
                    _names.Add((++unnamed).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The group's name in .NET for a number or name that a user wrote; one that does not exist stays as it is and matches nothing.</summary>
    public string NameOf(string reference) =>
        int.TryParse(reference, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number < _names.Count ? _names[number] : ""
            : reference;

    private static string? NameAt(string pattern, int at)
    {
        foreach (var open in (ReadOnlySpan<string>)["?P<", "?<"])
        {
            if (string.CompareOrdinal(pattern, at, open, 0, open.Length) == 0 && pattern.IndexOf('>', at) is > 0 and var close)
            {
                return pattern[(at + open.Length)..close];
            }
        }
        return null;
    }

    // A bracket right after the opening one, or after the caret, is a member of the class.
    private static int EndOfClass(string pattern, int at)
    {
        var i = at + 1;
        i += i < pattern.Length && pattern[i] == '^' ? 1 : 0;
        i += i < pattern.Length && pattern[i] == ']' ? 1 : 0;
        while (i < pattern.Length && pattern[i] != ']')
        {
            i += pattern[i] == '\\' ? 2 : 1;
        }
        return i;
    }
}
