using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>Removes the metric names that functions and operators condemned, when the query ends.</summary>
internal static class FinalLabels
{
    private static readonly LabelProjection Nameless = LabelProjection.AllBut([]);

    public static LabelSet Of(in VectorSample sample) => sample.DropsName ? Nameless.Project(sample.Labels) : sample.Labels;

    /// <exception cref="QueryException">Two samples have the same labels once the names are gone.</exception>
    public static VectorSample[] Of(ReadOnlySpan<VectorSample> vector)
    {
        var result = new VectorSample[vector.Length];
        var mayCollide = false;
        for (var i = 0; i < vector.Length; i++)
        {
            result[i] = new VectorSample(Of(vector[i]), vector[i].Value);
            mayCollide |= vector[i].DropsName != vector[0].DropsName || (vector[i].DropsName && vector[i].Labels[LabelSet.MetricName] != vector[0].Labels[LabelSet.MetricName]);
        }
        // Series that all lose the same name, or none, stay as different as they were.
        if (mayCollide)
        {
            RefuseDuplicates(result);
        }
        return result;
    }

    public static void RefuseDuplicates(ReadOnlySpan<VectorSample> vector)
    {
        if (vector.Length < 2)
        {
            return;
        }
        var seen = new HashSet<LabelSet>(vector.Length);
        foreach (ref readonly var sample in vector)
        {
            if (!seen.Add(sample.Labels))
            {
                throw Duplicate();
            }
        }
    }

    public static QueryException Duplicate() => new(QueryFault.Execution, "vector cannot contain metrics with the same labelset");
}

/// <summary>Label sets in the order of their names and values, as answers list them.</summary>
internal static class LabelOrder
{
    public static int Compare(LabelSet left, LabelSet right)
    {
        var leftLabels = left.AsSpan();
        var rightLabels = right.AsSpan();
        for (var i = 0; i < leftLabels.Length && i < rightLabels.Length; i++)
        {
            var order = string.CompareOrdinal(leftLabels[i].Name, rightLabels[i].Name);
            order = order != 0 ? order : string.CompareOrdinal(leftLabels[i].Value, rightLabels[i].Value);
            if (order != 0)
            {
                return order;
            }
        }
        return leftLabels.Length - rightLabels.Length;
    }
}
