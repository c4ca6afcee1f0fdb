namespace Observability.Templates;

/// <summary>Walks over the nodes of a template and writes. One instance renders once.</summary>
internal sealed class Renderer
{
    private readonly IReadOnlyDictionary<string, TemplateDefinition> _definitions;
    private readonly RenderContext _context;
    private readonly VariableStack _variables = new();
    private readonly Evaluator _evaluator;
    private TemplateDefinition _current;
    private OutputWriter _output;

    private Renderer(TemplateDefinition main, IReadOnlyDictionary<string, TemplateDefinition> definitions, RenderOptions options)
    {
        _definitions = definitions;
        _context = new RenderContext(options, RenderNamed);
        _evaluator = new Evaluator(_context, _variables);
        _output = new OutputWriter(options);
        _current = main;
    }

    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    /// <exception cref="TemplateException">The data does not fit the template, a function refuses its arguments, or a limit is exceeded.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static string Render(
        TemplateDefinition main,
        IReadOnlyDictionary<string, TemplateDefinition> definitions,
        IReadOnlyDictionary<string, string> rootVariables,
        TemplateValue data,
        RenderOptions options)
    {
        var renderer = new Renderer(main, definitions, options);
        try
        {
            renderer._variables.Declare("$", data);
            foreach (var (name, field) in rootVariables)
            {
                renderer._variables.Declare(name, FieldAccess.Read(data, field, MissingKey.NoValue).Value);
            }
            renderer.Walk(main.Body, data);
            return renderer._output.ToString();
        }
        catch (TemplateFunctionException exception)
        {
            throw renderer._current.Source.ErrorAt(renderer._evaluator.Position, exception.Message, exception);
        }
    }

    private Flow Walk(IReadOnlyList<Node> nodes, TemplateValue dot)
    {
        _context.Enter();
        var mark = _variables.Mark;
        var flow = Flow.Next;
        for (var i = 0; i < nodes.Count && flow == Flow.Next; i++)
        {
            _context.Charge(1);
            _evaluator.Position = nodes[i].Position;
            flow = Step(nodes[i], dot);
        }
        _variables.CloseTo(mark);
        _context.Leave();
        return flow;
    }

    private Flow Step(Node node, TemplateValue dot)
    {
        switch (node)
        {
            case TextNode text:
                _output.WriteText(text.Text);
                return Flow.Next;
            case ActionNode action:
                WriteAction(action.Pipeline, dot);
                return Flow.Next;
            case IfNode branch:
                return WalkBranch(branch.Condition, branch.Then, branch.Else, dot, setsDot: false);
            case WithNode branch:
                return WalkBranch(branch.Subject, branch.Then, branch.Else, dot, setsDot: true);
            case RangeNode range:
                return WalkRange(range, dot);
            case InvokeNode invoke:
                InvokeTemplate(invoke.TemplateName, invoke.Data is null ? TemplateValue.Nil : Bound(invoke.Data, dot), invoke.Position);
                return Flow.Next;
            case BreakNode:
                return Flow.Break;
            case ContinueNode:
                return Flow.Continue;
            default:
                throw new InvalidOperationException($"the parser made a node of an unknown kind: {node.GetType().Name}");
        }
    }

    private void WriteAction(PipelineNode pipeline, TemplateValue dot)
    {
        var value = Bound(pipeline, dot);
        if (pipeline.Variables.Count == 0)
        {
            _evaluator.Position = pipeline.Position;
            _output.WriteValue(value);
        }
    }

    private TemplateValue Bound(PipelineNode pipeline, TemplateValue dot)
    {
        var value = _evaluator.Value(pipeline, dot);
        _evaluator.Bind(pipeline, value);
        return value;
    }

    private Flow WalkBranch(PipelineNode subject, IReadOnlyList<Node> then, IReadOnlyList<Node> otherwise, TemplateValue dot, bool setsDot)
    {
        var mark = _variables.Mark;
        var value = Bound(subject, dot);
        var flow = value.IsTrue ? Walk(then, setsDot ? value : dot) : Walk(otherwise, dot);
        _variables.CloseTo(mark);
        return flow;
    }

    private Flow WalkRange(RangeNode range, TemplateValue dot)
    {
        var value = _evaluator.Value(range.Subject, dot);
        var isEmpty = true;
        foreach (var (index, element) in Elements(value))
        {
            isEmpty = false;
            _context.Charge(1);
            var mark = _variables.Mark;
            _evaluator.Bind(range.Subject, element, index);
            var flow = Walk(range.Body, element);
            _variables.CloseTo(mark);
            if (flow == Flow.Break)
            {
                break;
            }
        }
        if (!isEmpty)
        {
            return Flow.Next;
        }
        var outside = _variables.Mark;
        // Go lets the else branch see the variable, holding the empty collection itself.
        _evaluator.Bind(range.Subject, value);
        var elseFlow = Walk(range.Else, dot);
        _variables.CloseTo(outside);
        return elseFlow;
    }

    private static IEnumerable<(TemplateValue Index, TemplateValue Element)> Elements(TemplateValue value) => value.Kind switch
    {
        TemplateKind.List => value.AsList.Items.Select((element, index) => (TemplateValue.From((long)index), element)),
        TemplateKind.Map => value.AsMap.Entries.Select(entry => (TemplateValue.From(entry.Key), entry.Value)),
        TemplateKind.Integer => Counted(value.AsInteger),
        TemplateKind.Nil => [],
        _ => throw new TemplateFunctionException($"range cannot walk over {value.TypeName}; expected list, map or int"),
    };

    private static IEnumerable<(TemplateValue Index, TemplateValue Element)> Counted(long count)
    {
        // Endless in theory; the steps end it.
        for (var i = 0L; i < count; i++)
        {
            yield return (i, i);
        }
    }

    private void InvokeTemplate(string name, TemplateValue data, int position)
    {
        if (!_definitions.TryGetValue(name, out var definition))
        {
            _evaluator.Position = position;
            throw new TemplateFunctionException($"template \"{name}\" is not defined");
        }
        var caller = _current;
        var outerFloor = _variables.OpenFrame();
        _current = definition;
        _variables.Declare("$", data);
        Walk(definition.Body, data);
        _variables.CloseFrame(outerFloor);
        _current = caller;
    }

    private string RenderNamed(string name, TemplateValue data)
    {
        var outer = _output;
        _output = new OutputWriter(_context.Options);
        InvokeTemplate(name, data, _evaluator.Position);
        var text = _output.ToString();
        _output = outer;
        return text;
    }
}
