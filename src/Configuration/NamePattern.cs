namespace Observability.Configuration;

/// <summary>
/// A name or a glob: <c>*</c> stands for any run of characters, <c>?</c> for one; everything else, case included, for itself.
/// Used for environments (<c>pr-*</c>), assets (<c>orders_*</c>) and branches (<c>release/*</c>).
/// </summary>
public static class NamePattern
{
    public static bool HasWildcard(string pattern) => pattern.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>Time is at most pattern length × text length: on a mismatch only the last <c>*</c> takes one character more.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int inPattern = 0, inText = 0, star = -1, starText = 0;
        while (inText < text.Length)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '*')
            {
                star = inPattern++;
                starText = inText;
            }
            else if (inPattern < pattern.Length && (pattern[inPattern] == '?' || pattern[inPattern] == text[inText]))
            {
                inPattern++;
                inText++;
            }
            else if (star >= 0)
            {
                inPattern = star + 1;
                inText = ++starText;
            }
            else
            {
                return false;
            }
        }
        while (inPattern < pattern.Length && pattern[inPattern] == '*')
        {
            inPattern++;
        }
        return inPattern == pattern.Length;
    }
}
