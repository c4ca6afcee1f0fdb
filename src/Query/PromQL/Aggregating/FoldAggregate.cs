using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Aggregations that fold each group into one number as samples pass: sum, avg, min, max, count, group, stddev, stdvar.</summary>
internal sealed class FoldAggregate(EvaluationContext context, AggregateExpression aggregate, VectorOperator inner, bool repeats) : VectorOperator
{
    private readonly GroupTable _groups = new(aggregate, repeats);
    private readonly VectorBuffer _vector = context.NewBuffer();
    private Fold[] _folds = [];

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        Array.Clear(_folds);
        var samples = _vector.Samples;
        for (var i = 0; i < samples.Length; i++)
        {
            ref readonly var sample = ref samples[i];
            var group = _groups.NumberOf(sample.Labels, i);
            if (group >= _folds.Length)
            {
                Array.Resize(ref _folds, Math.Max(4, group * 2));
            }
            _folds[group].Add(aggregate.Aggregation, sample.Value);
            _folds[group].DropsName |= sample.DropsName;
        }
        for (var group = 0; group < _groups.Count; group++)
        {
            ref readonly var fold = ref _folds[group];
            if (fold.Count > 0)
            {
                output.Add(new VectorSample(_groups.LabelsOf(group), fold.Result(aggregate.Aggregation), fold.DropsName));
            }
        }
    }

    private struct Fold
    {
        private double _value;
        private CompensatedSum _sum;
        private Mean _mean;
        private Variance _variance;

        public long Count { get; private set; }

        public bool DropsName { get; set; }

        public void Add(Aggregation aggregation, double value)
        {
            Count++;
            switch (aggregation)
            {
                case Aggregation.Sum:
                    _sum.Add(value);
                    break;
                case Aggregation.Avg:
                    _mean.Add(value);
                    break;
                case Aggregation.Min:
                    _value = Count == 1 || value < _value || double.IsNaN(_value) ? value : _value;
                    break;
                case Aggregation.Max:
                    _value = Count == 1 || value > _value || double.IsNaN(_value) ? value : _value;
                    break;
                case Aggregation.Stddev or Aggregation.Stdvar:
                    _variance.Add(value);
                    break;
                default:
                    break;
            }
        }

        public readonly double Result(Aggregation aggregation) => aggregation switch
        {
            Aggregation.Sum => _sum.Value,
            Aggregation.Avg => _mean.Value,
            Aggregation.Count => Count,
            Aggregation.Group => 1,
            Aggregation.Stddev => Math.Sqrt(_variance.Value),
            Aggregation.Stdvar => _variance.Value,
            _ => _value,
        };
    }
}
