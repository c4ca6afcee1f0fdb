using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>Part of a query's text.</summary>
/// <param name="Start">Inclusive; with line and column, because answers point at it.</param>
/// <param name="EndOffset">Exclusive, in UTF-16 units from the start of the query.</param>
public readonly record struct TextSpan(QueryPosition Start, int EndOffset);

/// <summary>The type of an expression.</summary>
public enum ValueKind
{
    Scalar,
    String,
    InstantVector,
    RangeVector,
}

/// <summary>
/// A node of a parsed query. A tree that comes from <see cref="PromQLParser"/> is complete and well-typed; it is immutable and may be evaluated by several threads.
/// </summary>
/// <param name="Span">Where it stands in the text that it was parsed from.</param>
public abstract record Expression(TextSpan Span)
{
    public abstract ValueKind Kind { get; }

    /// <summary>Nodes on the longest way to a leaf, this one included. The parser bounds it, so that a walk may recurse.</summary>
    internal abstract int Height { get; }

    /// <summary>The query as PromQL in one canonical spelling; parsing it gives the same tree.</summary>
    public sealed override string ToString() => ExpressionPrinter.Print(this);

    /// <summary>Every vector selector of the query, those in range selectors and subqueries included, in the order of the text.</summary>
    public IReadOnlyList<VectorSelector> Selectors() => SelectorCollector.Collect(this);
}

/// <summary>A number; <see cref="IsDuration"/> when it was written as one: <c>1h30m</c> is 5400.</summary>
public sealed record NumberLiteral(TextSpan Span, double Value, bool IsDuration = false) : Expression(Span)
{
    public override ValueKind Kind => ValueKind.Scalar;

    internal override int Height => 1;
}

public sealed record StringLiteral(TextSpan Span, string Value) : Expression(Span)
{
    public override ValueKind Kind => ValueKind.String;

    internal override int Height => 1;
}

public sealed record ParenthesizedExpression(TextSpan Span, Expression Inner) : Expression(Span)
{
    public override ValueKind Kind => Inner.Kind;

    internal override int Height { get; } = Inner.Height + 1;
}

/// <summary>A sign. A plus changes nothing, not even the metric name.</summary>
public sealed record UnaryExpression(TextSpan Span, bool Negates, Expression Operand) : Expression(Span)
{
    public override ValueKind Kind => Operand.Kind;

    internal override int Height { get; } = Operand.Height + 1;
}

/// <summary>
/// An operator between two values. <see cref="ReturnsBool"/>: a comparison with <c>bool</c>, which gives 0 or 1 instead of filtering.
/// <see cref="Matching"/> is null unless both sides are vectors.
/// </summary>
public sealed record BinaryExpression(TextSpan Span, BinaryOperator Operator, Expression Left, Expression Right, bool ReturnsBool, VectorMatching? Matching) : Expression(Span)
{
    public override ValueKind Kind => Left.Kind == ValueKind.Scalar && Right.Kind == ValueKind.Scalar ? ValueKind.Scalar : ValueKind.InstantVector;

    internal override int Height { get; } = Math.Max(Left.Height, Right.Height) + 1;
}

/// <summary>
/// An aggregation. <see cref="Parameter"/> is the number of <c>topk</c> and its like or the label of <c>count_values</c>, else null.
/// <see cref="Grouping"/> names the labels to drop when <see cref="Without"/>, else those to keep.
/// </summary>
public sealed record AggregateExpression(TextSpan Span, Aggregation Aggregation, Expression Operand, Expression? Parameter, IReadOnlyList<string> Grouping, bool Without)
    : Expression(Span)
{
    public override ValueKind Kind => ValueKind.InstantVector;

    internal override int Height { get; } = Math.Max(Operand.Height, Parameter?.Height ?? 0) + 1;
}

public sealed record CallExpression(TextSpan Span, FunctionSignature Function, IReadOnlyList<Expression> Arguments) : Expression(Span)
{
    public override ValueKind Kind => Function.Returns;

    internal override int Height { get; } = Arguments.Select(static argument => argument.Height).DefaultIfEmpty().Max() + 1;
}

/// <summary>
/// Series with their newest value. <see cref="Name"/> is the metric name when it stands before the braces, else null; <see cref="Matchers"/> holds all conditions,
/// that of the name first; <see cref="Shift"/> is <c>offset</c> and <c>@</c>.
/// </summary>
public sealed record VectorSelector(TextSpan Span, string? Name, IReadOnlyList<LabelMatcher> Matchers, TimeShift Shift) : Expression(Span)
{
    public override ValueKind Kind => ValueKind.InstantVector;

    internal override int Height => 1;
}

/// <summary>The samples later than <see cref="Range"/> before the evaluation, up to it; the selector's <see cref="VectorSelector.Shift"/> moves both ends.</summary>
public sealed record RangeSelector(TextSpan Span, VectorSelector Selector, PromDuration Range) : Expression(Span)
{
    public override ValueKind Kind => ValueKind.RangeVector;

    internal override int Height => 2;
}

/// <summary>An expression evaluated again and again over <see cref="Range"/>; a <see cref="Step"/> of null means the engine's default.</summary>
public sealed record SubqueryExpression(TextSpan Span, Expression Inner, PromDuration Range, PromDuration? Step, TimeShift Shift) : Expression(Span)
{
    public override ValueKind Kind => ValueKind.RangeVector;

    internal override int Height { get; } = Inner.Height + 1;
}

/// <summary>Where a selector looks instead of at the time of evaluation.</summary>
/// <param name="OffsetMilliseconds">Into the past; negative looks ahead.</param>
/// <param name="Anchor">What the offset counts from.</param>
/// <param name="AtMilliseconds">Unix time, for <see cref="TimeAnchor.Fixed"/>.</param>
public readonly record struct TimeShift(long OffsetMilliseconds, TimeAnchor Anchor = TimeAnchor.Evaluation, long AtMilliseconds = 0);

public enum TimeAnchor
{
    Evaluation,

    /// <summary><c>@ 1609746000</c></summary>
    Fixed,

    /// <summary><c>@ start()</c>: the first step of the whole query.</summary>
    Start,

    /// <summary><c>@ end()</c>: the last step of the whole query.</summary>
    End,
}
