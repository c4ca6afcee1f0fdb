using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>The templates that need no interpreter: text with <c>{{.label}}</c> and <c>{{__line__}}</c> in it, which most of those in use are.</summary>
internal sealed partial class PlainTemplate : ILogTemplate
{
    private readonly List<(string Text, bool IsLabel)> _parts;

    private PlainTemplate(List<(string Text, bool IsLabel)> parts) => _parts = parts;

    /// <summary>False for a template that uses anything else, such as a function, a pipe or a trimmed space.</summary>
    public static bool TryCompile(string template, [NotNullWhen(true)] out PlainTemplate? compiled)
    {
        var parts = new List<(string Text, bool IsLabel)>();
        compiled = null;
        var at = 0;
        for (var open = template.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = template.IndexOf("{{", at, StringComparison.Ordinal))
        {
            var action = Action().Match(template, open, template.Length - open);
            if (!action.Success || action.Index != open)
            {
                return false;
            }
            parts.Add((template[at..open], false));
            parts.Add((action.Groups["label"].Value, true));
            at = open + action.Length;
        }
        parts.Add((template[at..], false));
        compiled = new PlainTemplate(parts);
        return true;
    }

    public bool TryRender(in LogTemplateInput input, [NotNullWhen(true)] out string? rendered, [NotNullWhen(false)] out string? fault)
    {
        var text = new StringBuilder();
        foreach (var (part, isLabel) in _parts)
        {
            text.Append(!isLabel ? part : part.Length == 0 ? input.Line : input.ValueOf(part));
        }
        (rendered, fault) = (text.ToString(), null);
        return true;
    }

    [GeneratedRegex(@"\{\{\s*(?:\.(?<label>[a-zA-Z_][a-zA-Z0-9_]*)|__line__)\s*\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Action();
}
