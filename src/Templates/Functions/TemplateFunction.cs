namespace Observability.Templates;

/// <summary>A function or method that templates may call.</summary>
/// <param name="Name">As templates write it.</param>
/// <param name="MinimumArguments">Fewer are refused before the body runs.</param>
/// <param name="MaximumArguments">More are refused; <see cref="Unlimited"/> for any number.</param>
/// <param name="Body">Pure, or reading only what it was made with. Refuses its arguments by a <see cref="TemplateFunctionException"/>.</param>
public sealed record TemplateFunction(string Name, int MinimumArguments, int MaximumArguments, Func<FunctionCall, TemplateValue> Body)
{
    public const int Unlimited = int.MaxValue;

    public TemplateFunction(string name, int arguments, Func<FunctionCall, TemplateValue> body)
        : this(name, arguments, arguments, body)
    {
    }

    internal string ArgumentCount =>
        MaximumArguments == Unlimited ? $"at least {MinimumArguments}"
        : MinimumArguments == MaximumArguments ? $"{MinimumArguments}"
        : $"{MinimumArguments} to {MaximumArguments}";
}

/// <summary>The arguments of one call, read by the kind that the function needs.</summary>
public sealed class FunctionCall
{
    private readonly RenderContext _context;

    internal FunctionCall(IReadOnlyList<TemplateValue> arguments, RenderContext context)
    {
        Arguments = arguments;
        _context = context;
    }

    public IReadOnlyList<TemplateValue> Arguments { get; }

    /// <summary>The moment that the rendering is about: the time of a rule's evaluation.</summary>
    /// <exception cref="TemplateFunctionException">The caller of Render did not say.</exception>
    public DateTimeOffset EvaluationTime => _context.Options.EvaluationTime
        ?? throw new TemplateFunctionException("there is no evaluation time here; the function works in rule templates only");

    public CancellationToken Cancellation => _context.Options.Cancellation;

    internal RenderContext Context => _context;

    /// <exception cref="TemplateFunctionException">It is no text: Go converts nothing here either.</exception>
    public string Text(int index) => Arguments[index] is { Kind: TemplateKind.Text } value ? value.AsText : throw Wrong(index, "string");

    public long Integer(int index) => Arguments[index] is { Kind: TemplateKind.Integer } value ? value.AsInteger : throw Wrong(index, "int");

    public TemplateList List(int index) => Arguments[index] is { Kind: TemplateKind.List } value ? value.AsList : throw Wrong(index, "list");

    public TemplateMap Map(int index) => Arguments[index] is { Kind: TemplateKind.Map } value ? value.AsMap : throw Wrong(index, "map");

    public TemplateTime Time(int index) => Arguments[index] is { Kind: TemplateKind.Time } value ? value.AsTime : throw Wrong(index, "time.Time");

    /// <summary>A number, a text that holds one, or a duration in seconds: what the humanize functions take.</summary>
    public double Number(int index)
    {
        var value = Arguments[index];
        return value.Kind switch
        {
            TemplateKind.Float => value.AsFloat,
            TemplateKind.Integer => value.AsInteger,
            TemplateKind.Duration => GoDuration.ToSeconds(value.AsNanoseconds),
            TemplateKind.Text => NumberText.Parse(value.AsText) ?? throw new TemplateFunctionException($"\"{value.AsText}\" is not a number"),
            _ => throw Wrong(index, "a number"),
        };
    }

    internal BoundedText NewText() => _context.NewText();

    private TemplateFunctionException Wrong(int index, string expected) =>
        new($"argument {index + 1} is {Arguments[index].TypeName}; expected {expected}");
}
