namespace Observability.Templates;

/// <summary>A parsed template with the templates that it may call. Immutable; renderings may run at the same time.</summary>
public sealed class Template
{
    private readonly ParsedFile _file;
    private readonly IReadOnlyDictionary<string, TemplateDefinition> _definitions;
    private readonly IReadOnlyDictionary<string, string> _rootVariables;

    internal Template(ParsedFile file, IReadOnlyDictionary<string, TemplateDefinition> definitions, IReadOnlyDictionary<string, string> rootVariables)
    {
        _file = file;
        _definitions = definitions;
        _rootVariables = rootVariables;
    }

    public string Name => _file.Main.Name;

    /// <summary>Parses a text that stands alone: it may call the templates that it defines itself.</summary>
    /// <param name="name">Told in faults: the file, or the rule and annotation.</param>
    /// <param name="text">In the language of Go's text/template.</param>
    /// <param name="functions">What it may call.</param>
    /// <exception cref="TemplateException">The first thing that is wrong, with its place.</exception>
    public static Template Parse(string name, string text, TemplateFunctions functions) => TemplateSet.Empty(functions).Parse(name, text);

    /// <exception cref="TemplateException">The data does not fit, a function refuses its arguments, or a limit is exceeded. Nothing of the output is kept.</exception>
    /// <exception cref="OperationCanceledException"><see cref="RenderOptions.Cancellation"/> was cancelled.</exception>
    public string Render(TemplateValue data, RenderOptions options) => Renderer.Render(_file.Main, _definitions, _rootVariables, data, options);

    public string Render(TemplateValue data, RenderLimits limits) => Render(data, RenderOptions.Default with { Limits = limits });

    public string Render(TemplateValue data) => Render(data, RenderOptions.Default);

    /// <summary>
    /// What is wrong with the template for such data, found before an alert needs it: a call of a template that does not exist, in any branch,
    /// or, in the branches that the sample takes, an undefined key, a wrong argument, an exceeded limit. Null where nothing is.
    /// </summary>
    /// <param name="sampleData">Data with every label and annotation that the template may count on.</param>
    /// <param name="options">As for rendering; absent keys are always faults here.</param>
    public TemplateFault? FindFault(TemplateValue sampleData, RenderOptions? options = null)
    {
        var unknown = _file.Invocations.FirstOrDefault(invocation => !_definitions.ContainsKey(invocation.TemplateName));
        if (unknown is not null)
        {
            return _file.Main.Source.FaultAt(unknown.Position, $"template \"{unknown.TemplateName}\" is not defined");
        }
        try
        {
            Render(sampleData, (options ?? RenderOptions.Default) with { MissingKey = MissingKey.Error });
            return null;
        }
        catch (TemplateException exception)
        {
            return exception.Fault;
        }
    }
}
