using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Observability.Templates;

/// <summary>
/// Named templates from any number of files, which may call each other. Immutable: a reload builds a new set while the old one still renders.
/// A later file replaces templates of an earlier one, as Alertmanager's users rely on to change its defaults.
/// </summary>
public sealed class TemplateSet
{
    private readonly TemplateFunctions _functions;
    private readonly ImmutableDictionary<string, TemplateDefinition> _definitions;
    private readonly ImmutableList<ParsedFile> _files;

    private TemplateSet(TemplateFunctions functions, ImmutableDictionary<string, TemplateDefinition> definitions, ImmutableList<ParsedFile> files)
    {
        _functions = functions;
        _definitions = definitions;
        _files = files;
    }

    /// <summary>Names of all templates, in order.</summary>
    public IEnumerable<string> Names => _definitions.Keys.Order(StringComparer.Ordinal);

    public static TemplateSet Empty(TemplateFunctions functions) =>
        new(functions, ImmutableDictionary.Create<string, TemplateDefinition>(StringComparer.Ordinal), []);

    /// <summary>This set and the templates of one more file. The text outside its defines is a template by the file's own name.</summary>
    /// <exception cref="TemplateException">The text does not parse; the set is unchanged.</exception>
    public TemplateSet With(string fileName, string text)
    {
        var file = Parser.Parse(new SourceText(fileName, text), _functions);
        return new TemplateSet(_functions, Merged(file, includesMain: true), _files.Add(file));
    }

    /// <summary>A text that may call the templates of the set, such as the title of a Slack message. Its own defines are seen by it alone.</summary>
    /// <exception cref="TemplateException">The first thing that is wrong, with its place.</exception>
    public Template Parse(string name, string text)
    {
        var file = Parser.Parse(new SourceText(name, text), _functions);
        return new Template(file, Merged(file, includesMain: false), _functions.RootVariables);
    }

    /// <summary>One template of the set by its name.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out Template template)
    {
        template = _definitions.TryGetValue(name, out var definition)
            ? new Template(new ParsedFile(definition, _definitions, []), _definitions, _functions.RootVariables)
            : null;
        return template is not null;
    }

    /// <summary>Every call of a template that no file defines. Go finds these only when the call is reached; a set is complete, so they can be told at load.</summary>
    public IReadOnlyList<TemplateFault> FindUndefinedTemplates() =>
    [
        .. from file in _files
           from invocation in file.Invocations
           where !_definitions.ContainsKey(invocation.TemplateName)
           select file.Main.Source.FaultAt(invocation.Position, $"template \"{invocation.TemplateName}\" is not defined"),
    ];

    private ImmutableDictionary<string, TemplateDefinition> Merged(ParsedFile file, bool includesMain)
    {
        var merged = _definitions.ToBuilder();
        foreach (var (name, definition) in file.Definitions)
        {
            // As in Go: an empty definition does not take the place of one that has a body.
            if (!definition.IsEmpty || !merged.ContainsKey(name))
            {
                merged[name] = definition;
            }
        }
        if (includesMain && !file.Main.IsEmpty)
        {
            merged[file.Main.Name] = file.Main;
        }
        return merged.ToImmutable();
    }
}
