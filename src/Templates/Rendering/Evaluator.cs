namespace Observability.Templates;

/// <summary>Evaluates pipelines. The faults it meets carry no position; <see cref="Position"/> says where it stood.</summary>
internal sealed class Evaluator(RenderContext context, VariableStack variables)
{
    /// <summary>Offset of the operand that is being evaluated.</summary>
    public int Position { get; set; }

    /// <summary>The value of a pipeline, not yet given to its variables.</summary>
    public TemplateValue Value(PipelineNode pipeline, TemplateValue dot)
    {
        context.Enter();
        TemplateValue? piped = null;
        foreach (var command in pipeline.Commands)
        {
            piped = Command(command, dot, piped);
        }
        context.Leave();
        return piped!.Value;
    }

    /// <summary>Declares or assigns the pipeline's variables. With two, the first gets <paramref name="index"/>.</summary>
    public void Bind(PipelineNode pipeline, TemplateValue element, TemplateValue index = default)
    {
        for (var i = 0; i < pipeline.Variables.Count; i++)
        {
            var value = pipeline.Variables.Count == 2 && i == 0 ? index : element;
            if (pipeline.Declares)
            {
                variables.Declare(pipeline.Variables[i], value);
            }
            else
            {
                variables.Assign(pipeline.Variables[i], value);
            }
        }
    }

    private TemplateValue Command(CommandNode command, TemplateValue dot, TemplateValue? piped)
    {
        context.Charge(1);
        var first = command.Operands[0];
        Position = first.Position;
        switch (first)
        {
            case FunctionNode function:
                return CallFunction(function, command.Operands, dot, piped);
            case FieldNode field:
                return Fields(dot, field.Names, field.Position, command.Operands, dot, piped);
            case VariableNode { Names.Count: > 0 } variable:
                return Fields(variables[variable.Name], variable.Names, variable.Position, command.Operands, dot, piped);
            case ChainNode chain:
                return Fields(Operand(chain.Subject, dot), chain.Names, chain.Position, command.Operands, dot, piped);
        }
        if (command.Operands.Count > 1 || piped is not null)
        {
            throw new TemplateFunctionException("only a function or a method takes arguments; this is a value");
        }
        return first is NilNode ? throw new TemplateFunctionException("nil is no value by itself; it can only be an argument") : Operand(first, dot);
    }

    private TemplateValue Operand(OperandNode operand, TemplateValue dot)
    {
        context.Charge(1);
        Position = operand.Position;
        return operand switch
        {
            ConstantNode constant => constant.Value,
            NilNode => TemplateValue.Nil,
            DotNode => dot,
            FieldNode field => Fields(dot, field.Names, field.Position, [operand], dot, piped: null),
            VariableNode { Names.Count: 0 } variable => variables[variable.Name],
            VariableNode variable => Fields(variables[variable.Name], variable.Names, variable.Position, [operand], dot, piped: null),
            ChainNode chain => Fields(Operand(chain.Subject, dot), chain.Names, chain.Position, [operand], dot, piped: null),
            FunctionNode function => CallFunction(function, [operand], dot, piped: null),
            PipelineNode pipeline => Parenthesized(pipeline, dot),
            _ => throw new InvalidOperationException($"the parser made an operand of an unknown kind: {operand.GetType().Name}"),
        };
    }

    private TemplateValue Parenthesized(PipelineNode pipeline, TemplateValue dot)
    {
        var value = Value(pipeline, dot);
        Bind(pipeline, value);
        return value;
    }

    private TemplateValue CallFunction(FunctionNode node, IReadOnlyList<OperandNode> operands, TemplateValue dot, TemplateValue? piped)
    {
        if (ReferenceEquals(node.Function, StandardFunctions.And) || ReferenceEquals(node.Function, StandardFunctions.Or))
        {
            return Deciding(node.Function, operands, dot, piped);
        }
        var arguments = Arguments(operands, dot, piped);
        Position = node.Position;
        return Invoke(node.Function, arguments);
    }

    /// <summary>and, or: what stands after the argument that decides is not evaluated, so that it may rely on it.</summary>
    private TemplateValue Deciding(TemplateFunction function, IReadOnlyList<OperandNode> operands, TemplateValue dot, TemplateValue? piped)
    {
        var stopsAt = ReferenceEquals(function, StandardFunctions.Or);
        var last = TemplateValue.Nil;
        for (var i = 1; i < operands.Count; i++)
        {
            last = Operand(operands[i], dot);
            if (last.IsTrue == stopsAt)
            {
                return last;
            }
        }
        if (operands.Count == 1 && piped is null)
        {
            throw new TemplateFunctionException($"wrong number of arguments for {function.Name}: expected {function.ArgumentCount}, found 0");
        }
        return piped ?? last;
    }

    /// <summary>Follows a chain of names; only the last takes arguments.</summary>
    private TemplateValue Fields(
        TemplateValue receiver, IReadOnlyList<string> names, int position, IReadOnlyList<OperandNode> operands, TemplateValue dot, TemplateValue? piped)
    {
        var value = receiver;
        for (var i = 0; i < names.Count; i++)
        {
            Position = position;
            context.Charge(1);
            var (read, isMethod) = FieldAccess.Read(value, names[i], context.Options.MissingKey);
            var takesArguments = i == names.Count - 1 && (operands.Count > 1 || piped is not null);
            if (takesArguments && !isMethod)
            {
                throw new TemplateFunctionException($"\"{names[i]}\" is no method, but has arguments");
            }
            value = isMethod ? Invoke(read.AsFunction, takesArguments ? Arguments(operands, dot, piped) : []) : read;
        }
        return value;
    }

    private List<TemplateValue> Arguments(IReadOnlyList<OperandNode> operands, TemplateValue dot, TemplateValue? piped)
    {
        var arguments = new List<TemplateValue>(operands.Count);
        for (var i = 1; i < operands.Count; i++)
        {
            arguments.Add(Operand(operands[i], dot));
        }
        if (piped is { } value)
        {
            arguments.Add(value);
        }
        return arguments;
    }

    private TemplateValue Invoke(TemplateFunction function, IReadOnlyList<TemplateValue> arguments)
    {
        try
        {
            return context.Invoke(function, arguments);
        }
        catch (TemplateFunctionException exception)
        {
            throw new TemplateFunctionException($"{function.Name}: {exception.Message}", exception);
        }
    }
}
