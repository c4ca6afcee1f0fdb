using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;

namespace Observability.Query.LogQL.Metrics;

/// <summary>
/// One operator of a query; keeps its tables from step to step. Vectors are matched as PromQL does it; as in Loki, and unlike PromQL, dividing by zero gives NaN,
/// and two numbers compare to 0 or 1 without <c>bool</c>.
/// </summary>
internal sealed class BinaryCalculation
{
    private readonly BinaryExpression _expression;
    private readonly VectorJoin? _join;
    private readonly VectorSet? _set;
    private readonly VectorBuffer _output = new();

    public BinaryCalculation(BinaryExpression expression, bool repeats)
    {
        _expression = expression;
        if (Operator.IsSetOperator())
        {
            _set = new VectorSet(Operator, expression.Matching);
        }
        else
        {
            _join = new VectorJoin(Operator, expression.ReturnsBool, expression.Matching, repeats);
        }
    }

    private BinaryOperator Operator => _expression.Operator;

    public StepValue Of(StepValue left, StepValue right)
    {
        if (_set is not null)
        {
            return new StepValue(Combined(_set, VectorOrThrow(left, _expression.Left), VectorOrThrow(right, _expression.Right)));
        }
        return (left.Scalar, right.Scalar) switch
        {
            ({ } leftNumber, { } rightNumber) => new StepValue(Operator.IsComparison() ? Truth(Operator.Holds(leftNumber, rightNumber)) : Calculate(leftNumber, rightNumber)),
            ({ } leftNumber, null) => new StepValue(WithNumber(right.Samples, value => (leftNumber, value))),
            (null, { } rightNumber) => new StepValue(WithNumber(left.Samples, value => (value, rightNumber))),
            _ => new StepValue(Joined(left.Samples, right.Samples)),
        };
    }

    private List<VectorSample> Combined(VectorSet set, List<VectorSample> left, List<VectorSample> right)
    {
        _output.Clear();
        set.Combine([.. left], [.. right], _output);
        return [.. _output.Samples];
    }

    private List<VectorSample> Joined(List<VectorSample> left, List<VectorSample> right)
    {
        _output.Clear();
        try
        {
            // The join divides as PromQL does; a divisor that is no number makes it give what Loki gives.
            _join!.Join([.. left], Operator == BinaryOperator.Divide ? [.. right.Select(static sample => sample with { Value = sample.Value == 0 ? double.NaN : sample.Value })] : [.. right], _output);
        }
        catch (QueryException refused) when (refused.Position is null)
        {
            throw new QueryException(refused.Fault, refused.Reason, _expression.Position);
        }
        return [.. _output.Samples];
    }

    private List<VectorSample> WithNumber(List<VectorSample> samples, Func<double, (double Left, double Right)> pair)
    {
        var results = new List<VectorSample>(samples.Count);
        foreach (var sample in samples)
        {
            var (left, right) = pair(sample.Value);
            if (!Operator.IsComparison())
            {
                results.Add(new VectorSample(sample.Labels, Calculate(left, right)));
            }
            else if (_expression.ReturnsBool)
            {
                results.Add(new VectorSample(sample.Labels, Truth(Operator.Holds(left, right))));
            }
            else if (Operator.Holds(left, right))
            {
                results.Add(sample);
            }
        }
        return results;
    }

    private List<VectorSample> VectorOrThrow(StepValue value, MetricExpression operand) => value.Scalar is null
        ? value.Samples
        : throw new QueryException(QueryFault.Execution, $"'{Operator.Text()}' works on vectors, and {operand} is a number", operand.Position);

    private double Calculate(double left, double right) => Operator == BinaryOperator.Divide && right == 0 ? double.NaN : Operator.Calculate(left, right);

    private static double Truth(bool holds) => holds ? 1 : 0;
}
