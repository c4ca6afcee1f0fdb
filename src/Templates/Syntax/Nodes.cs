namespace Observability.Templates;

/// <summary>A part of a parsed template; the position is an offset into its file.</summary>
internal abstract record Node(int Position);

internal sealed record TextNode(int Position, string Text) : Node(Position);

internal sealed record ActionNode(int Position, PipelineNode Pipeline) : Node(Position);

internal sealed record IfNode(int Position, PipelineNode Condition, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node(Position);

internal sealed record WithNode(int Position, PipelineNode Subject, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node(Position);

internal sealed record RangeNode(int Position, PipelineNode Subject, IReadOnlyList<Node> Body, IReadOnlyList<Node> Else) : Node(Position);

internal sealed record BreakNode(int Position) : Node(Position);

internal sealed record ContinueNode(int Position) : Node(Position);

internal sealed record InvokeNode(int Position, string TemplateName, PipelineNode? Data) : Node(Position);

/// <summary>What can stand as a word of a command.</summary>
internal abstract record OperandNode(int Position) : Node(Position);

internal sealed record ConstantNode(int Position, TemplateValue Value, string AsWritten) : OperandNode(Position);

internal sealed record NilNode(int Position) : OperandNode(Position);

internal sealed record DotNode(int Position) : OperandNode(Position);

internal sealed record FieldNode(int Position, IReadOnlyList<string> Names) : OperandNode(Position);

/// <param name="Position">Where it stands.</param>
/// <param name="Name">With the dollar sign.</param>
/// <param name="Names">The fields that follow.</param>
internal sealed record VariableNode(int Position, string Name, IReadOnlyList<string> Names) : OperandNode(Position);

internal sealed record ChainNode(int Position, OperandNode Subject, IReadOnlyList<string> Names) : OperandNode(Position);

internal sealed record FunctionNode(int Position, TemplateFunction Function) : OperandNode(Position);

internal sealed record CommandNode(int Position, IReadOnlyList<OperandNode> Operands) : Node(Position);

/// <param name="Position">Where it stands.</param>
/// <param name="Variables">What the result is given to; two only in a range.</param>
/// <param name="Declares">True for <c>:=</c>, false for <c>=</c>.</param>
/// <param name="Commands">At least one.</param>
internal sealed record PipelineNode(int Position, IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<CommandNode> Commands) : OperandNode(Position);

/// <summary>One named template: the whole of a file, or what stands between <c>define</c> and <c>end</c>.</summary>
internal sealed record TemplateDefinition(string Name, SourceText Source, IReadOnlyList<Node> Body)
{
    /// <summary>Only white space, as the rest of a file that holds nothing but defines. It replaces no earlier template of its name.</summary>
    public bool IsEmpty => Body.All(node => node is TextNode text && string.IsNullOrWhiteSpace(text.Text));
}

/// <param name="Main">The text outside every define.</param>
/// <param name="Definitions">By name; without <paramref name="Main"/>.</param>
/// <param name="Invocations">Every <c>{{template "name"}}</c>, for the check that each name exists.</param>
internal sealed record ParsedFile(TemplateDefinition Main, IReadOnlyDictionary<string, TemplateDefinition> Definitions, IReadOnlyList<InvokeNode> Invocations);
