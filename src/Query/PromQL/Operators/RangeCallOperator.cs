using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>A function over each series' window.</summary>
internal sealed class RangeCallOperator(
    EvaluationContext context,
    CallExpression call,
    RangeFunction function,
    RangeOperator range,
    ScalarOperator? first,
    ScalarOperator? second) : VectorOperator
{
    private readonly bool _keepsName = RangeFunctions.KeepsName(call.Function.Name);
    private readonly CounterNameCheck _nameCheck = new(context, call);
    private readonly bool _takesQuantile = call.Function.Name == "quantile_over_time";

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        var parameters = new RangeCall(timeMilliseconds, first?.Evaluate(timeMilliseconds) ?? 0, second?.Evaluate(timeMilliseconds) ?? 0);
        if (_takesQuantile)
        {
            QuantileCheck.Warn(context, call.Arguments[0], parameters.First);
        }
        range.MoveTo(timeMilliseconds);
        for (var i = 0; i < range.Count; i++)
        {
            if (function(range.WindowOf(i), parameters, out var value))
            {
                var labels = range.LabelsOf(i);
                output.Add(new VectorSample(labels, value, !_keepsName || range.DropsNameOf(i)));
                _nameCheck.Look(labels);
            }
        }
    }
}

/// <summary>Tells the author of a query that a quantile can only be infinite.</summary>
internal static class QuantileCheck
{
    public static void Warn(EvaluationContext context, Expression argument, double quantile)
    {
        if (quantile is not (>= 0 and <= 1))
        {
            context.Warn(argument, $"quantile value should be between 0 and 1, got {NumberText.Format(quantile)}");
        }
    }
}
