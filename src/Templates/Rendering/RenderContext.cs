using System.Runtime.CompilerServices;

namespace Observability.Templates;

/// <summary>State that one rendering shares between renderer, evaluator and functions: its options and what is left of its limits.</summary>
internal sealed class RenderContext(RenderOptions options, Func<string, TemplateValue, string> renderNamed)
{
    /// <summary>Characters that a function handles in about the time of one step.</summary>
    private const int CharactersPerStep = 64;

    private const int StepsBetweenCancellationChecks = 512;

    private long _steps;
    private long _nextCancellationCheck = StepsBetweenCancellationChecks;
    private int _depth;

    public RenderOptions Options { get; } = options;

    public CompiledExpressions Expressions { get; } = options.Expressions ?? new CompiledExpressions();

    /// <summary>Renders a template of the set into a text of its own (<c>tmpl</c>).</summary>
    public string RenderNamed(string name, TemplateValue data) => renderNamed(name, data);

    public BoundedText NewText() => new(Options.Limits.OutputCharacters);

    public void Charge(long steps)
    {
        _steps += steps;
        if (_steps > Options.Limits.Steps)
        {
            throw new TemplateFunctionException($"rendering takes more than {Options.Limits.Steps} steps (RenderLimits.Steps)");
        }
        if (_steps >= _nextCancellationCheck)
        {
            _nextCancellationCheck = _steps + StepsBetweenCancellationChecks;
            Options.Cancellation.ThrowIfCancellationRequested();
        }
    }

    public void ChargeText(long characters) => Charge(characters / CharactersPerStep);

    public void Enter()
    {
        // The configured depth protects a stack of ordinary size; a caller deep in its own recursion is protected by the runtime's answer.
        if (++_depth > Options.Limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFunctionException($"templates, blocks and parentheses are nested more than {Options.Limits.Depth} deep (RenderLimits.Depth)");
        }
    }

    public void Leave() => _depth--;

    public TemplateValue Invoke(TemplateFunction function, IReadOnlyList<TemplateValue> arguments)
    {
        if (arguments.Count < function.MinimumArguments || arguments.Count > function.MaximumArguments)
        {
            throw new TemplateFunctionException($"wrong number of arguments for {function.Name}: expected {function.ArgumentCount}, found {arguments.Count}");
        }
        Charge(1);
        var texts = 0L;
        foreach (var argument in arguments)
        {
            texts += argument.Kind == TemplateKind.Text ? argument.AsText.Length : 0;
        }
        ChargeText(texts);
        var result = function.Body(new FunctionCall(arguments, this));
        if (result.Kind == TemplateKind.Text && result.AsText.Length > Options.Limits.OutputCharacters)
        {
            throw new TemplateFunctionException($"{function.Name} makes a text of more than {Options.Limits.OutputCharacters} characters (RenderLimits.OutputCharacters)");
        }
        return result;
    }
}
