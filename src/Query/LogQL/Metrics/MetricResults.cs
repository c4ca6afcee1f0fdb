using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>Collects the values of all steps into series, and keeps an answer within its limits.</summary>
internal sealed class MetricResults(LogQLLimits limits)
{
    private readonly Dictionary<LabelSet, (List<long> Times, List<double> Values)> _series = [];

    public static QueryException TooManyRecords(LogQLLimits limits) => new(
        QueryFault.Limit, $"the query reads more than {limits.MaximumRecordsRead} records (MaximumRecordsRead); narrow the selector, add a line filter, or shorten the range");

    /// <summary>The samples in the order that the query gave them when it sorts, else by labels.</summary>
    public static IReadOnlyList<VectorSample> Instant(MetricExpression expression, List<VectorSample> samples, LogQLLimits limits)
    {
        if (samples.Count > limits.MaximumSeries)
        {
            throw TooManySeries(limits);
        }
        var isOrdered = expression is VectorAggregationExpression aggregation && (aggregation.Operation.TakesCount() || aggregation.Operation >= VectorOperation.Sort);
        if (!isOrdered)
        {
            samples.Sort(static (left, right) => CompareLabels(left.Labels, right.Labels));
        }
        return samples;
    }

    public void Add(long timeMilliseconds, StepValue value)
    {
        if (value.Scalar is { } scalar)
        {
            Add(LabelSet.Empty, timeMilliseconds, scalar);
        }
        foreach (var sample in value.Samples)
        {
            Add(sample.Labels, timeMilliseconds, sample.Value);
        }
    }

    public RangeMatrix ToMatrix()
    {
        var series = _series.Select(static entry => new SeriesSamples(entry.Key, entry.Value.Times.ToArray(), entry.Value.Values.ToArray())).ToList();
        series.Sort(static (left, right) => CompareLabels(left.Labels, right.Labels));
        return new RangeMatrix(series);
    }

    internal static int CompareLabels(LabelSet left, LabelSet right)
    {
        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            var order = string.CompareOrdinal(left[i].Name, right[i].Name);
            order = order != 0 ? order : string.CompareOrdinal(left[i].Value, right[i].Value);
            if (order != 0)
            {
                return order;
            }
        }
        return left.Count.CompareTo(right.Count);
    }

    private void Add(LabelSet labels, long timeMilliseconds, double value)
    {
        if (!_series.TryGetValue(labels, out var points))
        {
            if (_series.Count == limits.MaximumSeries)
            {
                throw TooManySeries(limits);
            }
            points = ([], []);
            _series.Add(labels, points);
        }
        points.Times.Add(timeMilliseconds);
        points.Values.Add(value);
    }

    private static QueryException TooManySeries(LogQLLimits limits) => new(
        QueryFault.Limit,
        $"the answer has more than {limits.MaximumSeries} series (MaximumSeries); every attribute of a record is a part of its series: aggregate with sum by (…), or drop labels with | keep or | drop");
}
