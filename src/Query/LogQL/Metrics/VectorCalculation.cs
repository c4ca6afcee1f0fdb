using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>Aggregations over the samples of one step.</summary>
internal static class VectorCalculation
{
    public static List<VectorSample> Of(VectorAggregationExpression expression, List<VectorSample> samples)
    {
        var operation = expression.Operation;
        if (operation is VectorOperation.Sort or VectorOperation.SortDesc)
        {
            return Sorted(samples, descending: operation == VectorOperation.SortDesc);
        }
        var projection = ProjectionOf(expression.Grouping);
        var groups = new Dictionary<LabelSet, List<VectorSample>>(projection);
        foreach (var sample in samples)
        {
            if (!groups.TryGetValue(sample.Labels, out var group))
            {
                groups.Add(sample.Labels, group = []);
            }
            group.Add(sample);
        }
        if (operation.TakesCount())
        {
            // approx_topk is exact here: every series is at hand.
            return Sorted([.. groups.Values.SelectMany(Best)], descending: operation != VectorOperation.Bottomk);
        }
        return [.. groups.Select(group => new VectorSample(projection.Project(group.Key), Calculate(operation, [.. group.Value.Select(static sample => sample.Value)])))];

        IEnumerable<VectorSample> Best(List<VectorSample> group) => Sorted(group, descending: operation != VectorOperation.Bottomk).Take(expression.Count!.Value);
    }

    private static LabelProjection ProjectionOf(LabelGrouping? grouping) => grouping switch
    {
        null => LabelProjection.Only([]),
        { IsWithout: true } => LabelProjection.AllBut(grouping.Labels),
        _ => LabelProjection.Only(grouping.Labels),
    };

    private static double Calculate(VectorOperation operation, ReadOnlySpan<double> values) => operation switch
    {
        VectorOperation.Sum => Statistics.Sum(values),
        VectorOperation.Avg => Statistics.Mean(values),
        VectorOperation.Min => Statistics.Minimum(values),
        VectorOperation.Max => Statistics.Maximum(values),
        VectorOperation.Count => values.Length,
        VectorOperation.Stdvar => Statistics.Variance(values),
        _ => Math.Sqrt(Statistics.Variance(values)),
    };

    // NaN comes last in both directions, and equal values in the order of their labels, so that an answer is the same every time.
    private static List<VectorSample> Sorted(List<VectorSample> samples, bool descending)
    {
        samples.Sort((left, right) =>
        {
            var order = (double.IsNaN(left.Value), double.IsNaN(right.Value)) switch
            {
                (false, false) => descending ? right.Value.CompareTo(left.Value) : left.Value.CompareTo(right.Value),
                var (leftIsNaN, rightIsNaN) => leftIsNaN.CompareTo(rightIsNaN),
            };
            return order != 0 ? order : MetricResults.CompareLabels(left.Labels, right.Labels);
        });
        return samples;
    }
}
