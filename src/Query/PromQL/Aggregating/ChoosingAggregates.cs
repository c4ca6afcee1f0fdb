using System.Runtime.InteropServices;
using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>
/// <c>topk</c>, <c>bottomk</c> and <c>limitk</c>: a few samples of each group, as they are. Between equal values, and for <c>limitk</c> always, the order of labels
/// decides, so that the choice does not depend on the order in which a store returns series and an alert on it does not flap.
/// </summary>
internal sealed class CountedChoice(EvaluationContext context, AggregateExpression aggregate, VectorOperator inner, ScalarOperator parameter, bool repeats) : VectorOperator
{
    private readonly GroupTable _groups = new(aggregate, repeats);
    private readonly VectorBuffer _vector = context.NewBuffer();
    private readonly List<List<int>> _chosen = [];
    private readonly bool _ignoresValues = aggregate.Aggregation == Aggregation.LimitK;
    private readonly bool _descending = aggregate.Aggregation == Aggregation.TopK;

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        var wanted = parameter.Evaluate(timeMilliseconds);
        if (double.IsNaN(wanted))
        {
            throw new QueryException(QueryFault.Execution, "Parameter value is NaN");
        }
        if (wanted < 1)
        {
            return;
        }
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        Choose((int)Math.Min(wanted, Array.MaxLength));
        foreach (var group in _chosen)
        {
            foreach (var index in group)
            {
                output.Add(_vector.Samples[index]);
            }
        }
    }

    private void Choose(int wanted)
    {
        foreach (var group in _chosen)
        {
            group.Clear();
        }
        for (var i = 0; i < _vector.Count; i++)
        {
            var number = _groups.NumberOf(_vector.Samples[i].Labels, i);
            if (number == _chosen.Count)
            {
                _chosen.Add([]);
            }
            Offer(_chosen[number], i, wanted);
        }
    }

    // The chosen stay sorted, best first: k is small where topk is used, and the place of most samples is "not among them".
    private void Offer(List<int> chosen, int index, int wanted)
    {
        if (chosen.Count == wanted && Compare(index, chosen[^1]) >= 0)
        {
            return;
        }
        chosen.Insert(~CollectionsMarshal.AsSpan(chosen).BinarySearch(new Candidate(this, index)), index);
        if (chosen.Count > wanted)
        {
            chosen.RemoveAt(wanted);
        }
    }

    private int Compare(int left, int right)
    {
        var order = _ignoresValues ? 0 : ValueOrder.Compare(_vector.Samples[left].Value, _vector.Samples[right].Value, _descending);
        order = order != 0 ? order : LabelOrder.Compare(_vector.Samples[left].Labels, _vector.Samples[right].Labels);
        return order != 0 ? order : left - right;
    }

    private readonly struct Candidate(CountedChoice owner, int index) : IComparable<int>
    {
        public int CompareTo(int other) => owner.Compare(index, other);
    }
}

/// <summary>
/// <c>limit_ratio(r, vector)</c>: the share r of the series, chosen by hash, so that the choice stays the same from step to step and
/// <c>limit_ratio(r - 1, …)</c> gives exactly the others.
/// </summary>
internal sealed class RatioChoice(EvaluationContext context, AggregateExpression aggregate, VectorOperator inner, ScalarOperator parameter) : VectorOperator
{
    private readonly VectorBuffer _vector = context.NewBuffer();

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        var ratio = parameter.Evaluate(timeMilliseconds);
        if (double.IsNaN(ratio))
        {
            throw new QueryException(QueryFault.Execution, "Ratio value is NaN");
        }
        if (ratio is < -1 or > 1)
        {
            var capped = Math.Sign(ratio);
            context.Warn(aggregate.Parameter!, $"ratio value should be between -1 and 1, got {NumberText.Format(ratio)}, capping to {NumberText.Format(capped)}");
            ratio = capped;
        }
        if (ratio == 0)
        {
            return;
        }
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        foreach (ref readonly var sample in _vector.Samples)
        {
            var share = SeriesHash.Of(sample.Labels) / (double)ulong.MaxValue;
            if (ratio > 0 ? share < ratio || ratio >= 1 : share >= 1 + ratio)
            {
                output.Add(sample);
            }
        }
    }
}
