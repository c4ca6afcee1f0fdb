using Observability.Query.Values;
using Observability.Telemetry;

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
    private static readonly string[] CounterSuffixes = ["_total", "_sum", "_count", "_bucket"];

    private readonly bool _keepsName = RangeFunctions.KeepsName(call.Function.Name);
    private readonly bool _expectsCounter = call.Function.Name is "rate" or "increase";
    private readonly bool _takesQuantile = call.Function.Name == "quantile_over_time";
    private string _checkedName = "";

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
                if (_expectsCounter)
                {
                    InformUnlessCounter(labels[LabelSet.MetricName]);
                }
            }
        }
    }

    private static bool LooksLikeCounter(string name)
    {
        foreach (var suffix in CounterSuffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private void InformUnlessCounter(string name)
    {
        if (name == _checkedName)
        {
            return;
        }
        _checkedName = name;
        if (!LooksLikeCounter(name))
        {
            context.Inform(call.Arguments[0], $"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {LabelText.Quote(name)}");
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
