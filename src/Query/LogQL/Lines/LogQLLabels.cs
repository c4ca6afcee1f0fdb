using System.Text;

namespace Observability.Query.LogQL.Lines;

/// <summary>Names that LogQL itself gives to labels, and how any name becomes one.</summary>
internal static class LogQLLabels
{
    /// <summary>Set by the stage that failed on a line; the line goes on, so that a later filter can look at it.</summary>
    public const string Error = "__error__";

    public const string ErrorDetails = "__error_details__";

    /// <summary>What a parser appends to a name that a stream label has already.</summary>
    public const string DuplicateSuffix = "_extracted";

    /// <summary>Every character that a label's name cannot hold becomes <c>_</c>, and a leading digit gets one in front; empty for a name of spaces.</summary>
    public static string NameFrom(string key, bool isFirstPart = true)
    {
        var trimmed = key.AsSpan().Trim();
        if (trimmed.Length == 0)
        {
            return "";
        }
        var leadingDigit = isFirstPart && char.IsAsciiDigit(trimmed[0]);
        if (!leadingDigit && trimmed.Length == key.Length && !trimmed.ContainsAnyExcept(NameCharacters))
        {
            return key;
        }
        var name = new StringBuilder(trimmed.Length + 1).Append(leadingDigit ? "_" : "");
        foreach (var c in trimmed)
        {
            name.Append(NameCharacters.Contains(c) ? c : '_');
        }
        return name.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}
