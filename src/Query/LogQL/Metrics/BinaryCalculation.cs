using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>Operators between two values of one step. As in Loki, dividing by zero gives NaN, and two numbers compare to 0 or 1 without <c>bool</c>.</summary>
internal static class BinaryCalculation
{
    public static StepValue Of(BinaryExpression expression, StepValue left, StepValue right)
    {
        var binaryOperator = expression.Operator;
        if (binaryOperator.IsSetOperator())
        {
            return new StepValue(SetOperation(expression, left, right));
        }
        if (left.Scalar is { } leftNumber && right.Scalar is { } rightNumber)
        {
            return new StepValue(binaryOperator.IsComparison() ? Truth(binaryOperator.Holds(leftNumber, rightNumber)) : Calculate(binaryOperator, leftNumber, rightNumber));
        }
        if (left.Scalar is { } leftConstant)
        {
            return new StepValue(WithNumber(expression, right.Samples, value => (leftConstant, value)));
        }
        if (right.Scalar is { } rightConstant)
        {
            return new StepValue(WithNumber(expression, left.Samples, value => (value, rightConstant)));
        }
        return new StepValue(VectorMatch.Of(expression, left.Samples, right.Samples));
    }

    /// <summary>The value of a pair, or null when a comparison without <c>bool</c> does not hold; one that holds gives <paramref name="kept"/>.</summary>
    public static double? Combine(BinaryExpression expression, double left, double right, double kept)
    {
        if (!expression.Operator.IsComparison())
        {
            return Calculate(expression.Operator, left, right);
        }
        var holds = expression.Operator.Holds(left, right);
        if (expression.ReturnsBool)
        {
            return Truth(holds);
        }
        return holds ? kept : null;
    }

    private static List<VectorSample> WithNumber(BinaryExpression expression, List<VectorSample> samples, Func<double, (double Left, double Right)> pair)
    {
        var results = new List<VectorSample>(samples.Count);
        foreach (var sample in samples)
        {
            var (left, right) = pair(sample.Value);
            if (Combine(expression, left, right, sample.Value) is { } value)
            {
                results.Add(new VectorSample(sample.Labels, value));
            }
        }
        return results;
    }

    private static List<VectorSample> SetOperation(BinaryExpression expression, StepValue left, StepValue right)
    {
        foreach (var (value, operand) in new[] { (left, expression.Left), (right, expression.Right) })
        {
            if (value.Scalar is not null)
            {
                throw new QueryException(QueryFault.Execution, $"'{expression.Operator.Text()}' works on vectors, and {operand} is a number", operand.Position);
            }
        }
        var projection = LabelProjection.Of(expression.Matching);
        var (filtered, names) = expression.Operator == BinaryOperator.Or ? (right.Samples, left.Samples) : (left.Samples, right.Samples);
        var known = new HashSet<LabelSet>(names.Select(static sample => sample.Labels), projection);
        var passing = filtered.Where(sample => known.Contains(sample.Labels) == (expression.Operator == BinaryOperator.And));
        return expression.Operator == BinaryOperator.Or ? [.. left.Samples, .. passing] : [.. passing];
    }

    private static double Calculate(BinaryOperator binaryOperator, double left, double right) =>
        binaryOperator is BinaryOperator.Divide or BinaryOperator.Modulo && right == 0 ? double.NaN : binaryOperator.Calculate(left, right);

    private static double Truth(bool holds) => holds ? 1 : 0;
}
