using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>Tells the author of <c>rate</c> and <c>increase</c> that a metric is probably no counter, with Prometheus' words.</summary>
internal sealed class CounterNameCheck(EvaluationContext context, CallExpression call)
{
    private static readonly string[] CounterSuffixes = ["_total", "_sum", "_count", "_bucket"];

    private readonly bool _expectsCounter = call.Function.Name is "rate" or "increase";
    private string _checkedName = "";

    /// <summary>Cheap for the name that was looked at last.</summary>
    public void Look(LabelSet labels)
    {
        if (!_expectsCounter || labels[LabelSet.MetricName] is var name && name == _checkedName)
        {
            return;
        }
        _checkedName = name;
        foreach (var suffix in CounterSuffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return;
            }
        }
        context.Inform(call.Arguments[0], $"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {LabelText.Quote(name)}");
    }
}
