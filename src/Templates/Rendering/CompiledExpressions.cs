using System.Diagnostics.CodeAnalysis;

namespace Observability.Templates;

/// <summary>
/// Compiled regular expressions of the renderings that share it, for a template that is rendered for each of many lines. Serves one rendering at a time.
/// </summary>
public sealed class CompiledExpressions
{
    /// <summary>More are forgotten and compiled again: a template that makes its expressions from its data must not fill the memory. An expression takes some 10 KB.</summary>
    private const int Limit = 64;

    private readonly Dictionary<string, TemplateRegex> _byPattern = new(StringComparer.Ordinal);

    internal bool TryGet(string pattern, [MaybeNullWhen(false)] out TemplateRegex regex) => _byPattern.TryGetValue(pattern, out regex);

    internal void Add(string pattern, TemplateRegex regex)
    {
        if (_byPattern.Count == Limit)
        {
            _byPattern.Clear();
        }
        _byPattern.Add(pattern, regex);
    }
}
