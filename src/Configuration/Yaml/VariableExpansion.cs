using System.Text;

namespace Observability.Configuration.Yaml;

/// <summary><c>${NAME}</c> in our own files is the value of an environment variable; <c>$${</c> stands for <c>${</c>. Any other <c>$</c> is itself.</summary>
internal static class VariableExpansion
{
    public static string? Expand(string text, NodeReader reader, Func<string, string?> variables)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return text;
        }
        var result = new StringBuilder();
        var position = 0;
        while (text.IndexOf("${", position, StringComparison.Ordinal) is >= 0 and var dollar)
        {
            if (dollar > position && text[dollar - 1] == '$')
            {
                result.Append(text, position, dollar - 1 - position).Append("${");
                position = dollar + 2;
                continue;
            }
            var end = text.IndexOf('}', dollar);
            var name = end < 0 ? "" : text[(dollar + 2)..end];
            if (!IsName(name))
            {
                reader.Error("'${' begins the name of an environment variable: write ${NAME}, or $${ for the characters themselves");
                return null;
            }
            if (variables(name) is not { } value)
            {
                reader.Error($"the environment variable '{name}' is not set");
                return null;
            }
            result.Append(text, position, dollar - position).Append(value);
            position = end + 1;
        }
        return result.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>True when the text is one variable and nothing else: how a secret may stand in our own files.</summary>
    public static bool IsSingleVariable(string text) => text.StartsWith("${", StringComparison.Ordinal) && text.EndsWith('}') && IsName(text[2..^1]);

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
