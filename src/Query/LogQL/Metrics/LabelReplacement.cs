using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary><c>label_replace</c>: where the expression matches the whole source label, the target label becomes the replacement.</summary>
internal static class LabelReplacement
{
    public static List<VectorSample> Apply(LabelReplaceExpression expression, List<VectorSample> samples)
    {
        var replacement = new GroupReplacement(expression.Expression, expression.Replacement);
        var seen = new HashSet<LabelSet>();
        var results = new List<VectorSample>(samples.Count);
        foreach (var sample in samples)
        {
            var match = expression.Compiled!.Match(sample.Labels[expression.Source]);
            var labels = match.Success ? sample.Labels.With(expression.Target, replacement.Expand(match)) : sample.Labels;
            results.Add(seen.Add(labels)
                ? new VectorSample(labels, sample.Value)
                : throw new QueryException(QueryFault.Execution, $"label_replace gives two series the same labels {labels}", expression.Position));
        }
        return results;
    }
}
