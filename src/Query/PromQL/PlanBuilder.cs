namespace Observability.Query.PromQL;

/// <summary>
/// Makes operators of a tree. Every operator learns the first and last time it will be asked for, so that a selector reads its samples once for the whole query.
/// </summary>
internal sealed class PlanBuilder(EvaluationContext context)
{
    public VectorOperator Vector(Expression expression, TimeBounds times) => expression switch
    {
        ParenthesizedExpression parenthesized => Vector(parenthesized.Inner, times),
        VectorSelector selector => new InstantSelector(context, selector, times, givesTimes: false),
        UnaryExpression { Negates: false } unary => Vector(unary.Operand, times),
        UnaryExpression unary => new MappedVector(Vector(unary.Operand, times), static value => -value),
        BinaryExpression binary => Binary(binary, times),
        AggregateExpression aggregate => Aggregate(aggregate, times),
        CallExpression call => new CallPlan(context, this, call, times).Build(),
        _ => throw Unexpected(expression, ValueKind.InstantVector),
    };

    public ScalarOperator Scalar(Expression expression, TimeBounds times) => expression switch
    {
        NumberLiteral number => new ConstantScalar(number.Value),
        ParenthesizedExpression parenthesized => Scalar(parenthesized.Inner, times),
        UnaryExpression { Negates: false } unary => Scalar(unary.Operand, times),
        UnaryExpression unary => new NegatedScalar(Scalar(unary.Operand, times)),
        BinaryExpression binary => new ScalarBinary(binary.Operator, Scalar(binary.Left, times), Scalar(binary.Right, times)),
        CallExpression call => ScalarCall(call, times),
        _ => throw Unexpected(expression, ValueKind.Scalar),
    };

    public RangeOperator Range(Expression expression, TimeBounds times) => expression switch
    {
        ParenthesizedExpression parenthesized => Range(parenthesized.Inner, times),
        RangeSelector range => new RangeSelection(context, range, times),
        SubqueryExpression subquery => new SubqueryRange(context, subquery, Vector(subquery.Inner, SubqueryRange.InnerBounds(subquery, context.Range, times))),
        _ => throw Unexpected(expression, ValueKind.RangeVector),
    };

    public static string Text(Expression expression) => expression switch
    {
        StringLiteral literal => literal.Value,
        ParenthesizedExpression parenthesized => Text(parenthesized.Inner),
        _ => throw Unexpected(expression, ValueKind.String),
    };

    private VectorOperator Binary(BinaryExpression binary, TimeBounds times)
    {
        if (binary.Left.Kind == ValueKind.Scalar)
        {
            return new VectorScalarBinary(binary, Vector(binary.Right, times), Scalar(binary.Left, times));
        }
        return binary.Right.Kind == ValueKind.Scalar
            ? new VectorScalarBinary(binary, Vector(binary.Left, times), Scalar(binary.Right, times))
            : new VectorBinary(context, binary, Vector(binary.Left, times), Vector(binary.Right, times), times.Repeats);
    }

    private VectorOperator Aggregate(AggregateExpression aggregate, TimeBounds times)
    {
        if (RangeAggregates.TryBuild(context, aggregate, times) is { } streaming)
        {
            return streaming;
        }
        var inner = Vector(aggregate.Operand, times);
        return aggregate.Aggregation switch
        {
            Aggregation.Quantile => new QuantileAggregate(context, aggregate, inner, Scalar(aggregate.Parameter!, times), times.Repeats),
            Aggregation.CountValues => new CountValuesAggregate(context, aggregate, inner, Text(aggregate.Parameter!), times.Repeats),
            Aggregation.TopK or Aggregation.BottomK or Aggregation.LimitK => new CountedChoice(context, aggregate, inner, Scalar(aggregate.Parameter!, times), times.Repeats),
            Aggregation.LimitRatio => new RatioChoice(context, aggregate, inner, Scalar(aggregate.Parameter!, times)),
            Aggregation.Sum => new FoldAggregate<SumFold>(context, aggregate, inner, times.Repeats),
            Aggregation.Avg => new FoldAggregate<MeanFold>(context, aggregate, inner, times.Repeats),
            Aggregation.Min => new FoldAggregate<MinimumFold>(context, aggregate, inner, times.Repeats),
            Aggregation.Max => new FoldAggregate<MaximumFold>(context, aggregate, inner, times.Repeats),
            Aggregation.Count => new FoldAggregate<CountFold>(context, aggregate, inner, times.Repeats),
            Aggregation.Group => new FoldAggregate<PresenceFold>(context, aggregate, inner, times.Repeats),
            Aggregation.Stddev => new FoldAggregate<DeviationFold>(context, aggregate, inner, times.Repeats),
            _ => new FoldAggregate<VarianceFold>(context, aggregate, inner, times.Repeats),
        };
    }

    private ScalarOperator ScalarCall(CallExpression call, TimeBounds times)
    {
        var range = context.Range;
        return call.Function.Name switch
        {
            "pi" => new ConstantScalar(Math.PI),
            "time" => new TimeScalar(),
            "start" => new ConstantScalar(range.StartMilliseconds / 1000.0),
            "end" => new ConstantScalar(range.EndMilliseconds / 1000.0),
            "step" => new ConstantScalar(range.StepMilliseconds / 1000.0),
            "range" => new ConstantScalar((range.EndMilliseconds - range.StartMilliseconds) / 1000.0),
            "scalar" => new VectorAsScalar(context, Vector(call.Arguments[0], times)),
            "min_of" or "max_of" => new ScalarExtreme(call.Function.Name == "max_of", Scalar(call.Arguments[0], times), Scalar(call.Arguments[1], times)),
            _ => throw new InvalidOperationException($"function {call.Function.Name} is in the catalog but has no operator"),
        };
    }

    private static InvalidOperationException Unexpected(Expression expression, ValueKind wanted) =>
        new($"{expression.GetType().Name} is {TypeChecker.Name(expression.Kind)} where {TypeChecker.Name(wanted)} belongs: the type checker let it pass");
}
