using Observability.Telemetry;

namespace Observability.Query.Values;

/// <summary><c>and</c>, <c>or</c> and <c>unless</c> between two vectors. Keeps its table from step to step; not thread-safe.</summary>
public sealed class VectorSet
{
    private readonly BinaryOperator _operator;
    private readonly HashSet<LabelSet> _keys;

    public VectorSet(BinaryOperator setOperator, VectorMatching matching)
    {
        _operator = setOperator;
        _keys = new HashSet<LabelSet>(LabelProjection.Of(matching));
    }

    public void Combine(ReadOnlySpan<VectorSample> left, ReadOnlySpan<VectorSample> right, VectorBuffer output)
    {
        _keys.Clear();
        var isOr = _operator == BinaryOperator.Or;
        foreach (ref readonly var sample in isOr ? left : right)
        {
            _keys.Add(sample.Labels);
        }
        if (isOr)
        {
            AddAll(left, output);
            AddWhere(right, present: false, output);
        }
        else
        {
            AddWhere(left, present: _operator == BinaryOperator.And, output);
        }
    }

    private static void AddAll(ReadOnlySpan<VectorSample> samples, VectorBuffer output)
    {
        foreach (ref readonly var sample in samples)
        {
            output.Add(sample);
        }
    }

    private void AddWhere(ReadOnlySpan<VectorSample> samples, bool present, VectorBuffer output)
    {
        foreach (ref readonly var sample in samples)
        {
            if (_keys.Contains(sample.Labels) == present)
            {
                output.Add(sample);
            }
        }
    }
}
