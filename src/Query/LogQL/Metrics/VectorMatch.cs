using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>Arithmetic and comparisons between two vectors, sample by matching sample, as PromQL defines the matching.</summary>
internal static class VectorMatch
{
    public static List<VectorSample> Of(BinaryExpression expression, List<VectorSample> left, List<VectorSample> right)
    {
        var matching = expression.Matching;
        var projection = LabelProjection.Of(matching);
        var leftIsOne = matching.Cardinality == MatchCardinality.OneToMany;
        var (many, one) = leftIsOne ? (right, left) : (left, right);
        var partners = Partners(expression, one, projection, leftIsOne ? "left" : "right");
        var used = new HashSet<LabelSet>(projection);
        var seen = new HashSet<LabelSet>();
        var results = new List<VectorSample>();
        foreach (var sample in many)
        {
            if (!partners.TryGetValue(sample.Labels, out var partner))
            {
                continue;
            }
            if (matching.Cardinality == MatchCardinality.OneToOne && !used.Add(sample.Labels))
            {
                throw Ambiguous(expression, "left", projection.Project(sample.Labels));
            }
            var (leftValue, rightValue) = leftIsOne ? (partner.Value, sample.Value) : (sample.Value, partner.Value);
            if (BinaryCalculation.Combine(expression, leftValue, rightValue, leftValue) is not { } value)
            {
                continue;
            }
            var labels = Labels(matching, sample.Labels, partner.Labels, projection);
            results.Add(seen.Add(labels)
                ? new VectorSample(labels, value)
                : throw new QueryException(QueryFault.Execution, $"several results would have the labels {labels}; group by labels that tell them apart", expression.Position));
        }
        return results;
    }

    private static Dictionary<LabelSet, VectorSample> Partners(BinaryExpression expression, List<VectorSample> one, LabelProjection projection, string side)
    {
        var partners = new Dictionary<LabelSet, VectorSample>(projection);
        foreach (var sample in one)
        {
            if (!partners.TryAdd(sample.Labels, sample))
            {
                throw Ambiguous(expression, side, projection.Project(sample.Labels));
            }
        }
        return partners;
    }

    private static LabelSet Labels(VectorMatching matching, LabelSet many, LabelSet one, LabelProjection projection)
    {
        if (matching.Cardinality == MatchCardinality.OneToOne)
        {
            return projection.Project(many);
        }
        var labels = new LabelSetBuilder(many);
        foreach (var name in matching.Include)
        {
            labels.Set(name, one[name]);
        }
        return labels.Build();
    }

    private static QueryException Ambiguous(BinaryExpression expression, string side, LabelSet labels) => new(
        QueryFault.Execution,
        $"several series on the {side} side of '{expression.Operator.Text()}' match {labels}; say which side may have many with group_left or group_right, or match on more labels",
        expression.Position);
}
