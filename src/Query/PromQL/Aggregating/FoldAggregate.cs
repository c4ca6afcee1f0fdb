using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Aggregations that fold each group into one number as samples pass: sum, avg, min, max, count, group, stddev, stdvar.</summary>
internal sealed class FoldAggregate<TFold>(EvaluationContext context, AggregateExpression aggregate, VectorOperator inner, bool repeats) : VectorOperator
    where TFold : struct, IFold
{
    private readonly GroupTable _groups = new(aggregate, repeats);
    private readonly VectorBuffer _vector = context.NewBuffer();
    private TFold[] _folds = [];
    private bool[] _dropsName = [];

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        Array.Clear(_folds);
        Array.Clear(_dropsName);
        var samples = _vector.Samples;
        for (var i = 0; i < samples.Length; i++)
        {
            ref readonly var sample = ref samples[i];
            var group = _groups.NumberOf(sample.Labels, i);
            if (group >= _folds.Length)
            {
                Array.Resize(ref _folds, Math.Max(4, group * 2));
                Array.Resize(ref _dropsName, _folds.Length);
            }
            _folds[group].Add(sample.Value);
            _dropsName[group] |= sample.DropsName;
        }
        for (var group = 0; group < _groups.Count; group++)
        {
            ref readonly var fold = ref _folds[group];
            if (fold.HasValue)
            {
                output.Add(new VectorSample(_groups.LabelsOf(group), fold.Value, _dropsName[group]));
            }
        }
    }
}
