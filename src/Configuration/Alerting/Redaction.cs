using System.Text;
using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Replaces the values of secrets in a file's text and leaves every other character, comments and line ends included, as it is.</summary>
internal static class Redaction
{
    public static string Apply(string text, IEnumerable<YamlScalar> secrets)
    {
        var result = new StringBuilder(text.Length);
        var position = 0;
        foreach (var secret in secrets.Where(secret => secret.End > secret.Start).OrderBy(secret => secret.Start))
        {
            // A block scalar's extent takes in the line end after it, which belongs to the file and not to the value.
            var end = secret.End;
            while (end > secret.Start && char.IsWhiteSpace(text[end - 1]))
            {
                end--;
            }
            var start = SkipProperties(text, secret.Start, end);
            result.Append(text, position, start - position).Append(Secret.Placeholder);
            position = end;
        }
        return result.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>A scalar's extent begins with its anchor (<c>&amp;name</c>) and tag (<c>!!str</c>); aliases still need them.</summary>
    private static int SkipProperties(string text, int start, int end)
    {
        while (start < end && text[start] is '&' or '!')
        {
            while (start < end && !char.IsWhiteSpace(text[start]))
            {
                start++;
            }
            while (start < end && char.IsWhiteSpace(text[start]))
            {
                start++;
            }
        }
        return start;
    }
}
