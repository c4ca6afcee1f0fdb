using System.Runtime.InteropServices;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary><c>quantile(φ, vector)</c>: needs all values of a group at once.</summary>
internal sealed class QuantileAggregate(EvaluationContext context, AggregateExpression aggregate, VectorOperator inner, ScalarOperator parameter, bool repeats) : VectorOperator
{
    private readonly GroupTable _groups = new(aggregate, repeats);
    private readonly VectorBuffer _vector = context.NewBuffer();
    private readonly List<List<double>> _values = [];
    private readonly List<bool> _dropsName = [];

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        var quantile = parameter.Evaluate(timeMilliseconds);
        QuantileCheck.Warn(context, aggregate.Parameter!, quantile);
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        for (var group = 0; group < _values.Count; group++)
        {
            _values[group].Clear();
            _dropsName[group] = false;
        }
        var samples = _vector.Samples;
        for (var i = 0; i < samples.Length; i++)
        {
            var group = _groups.NumberOf(samples[i].Labels, i);
            if (group == _values.Count)
            {
                _values.Add([]);
                _dropsName.Add(false);
            }
            _values[group].Add(samples[i].Value);
            _dropsName[group] |= samples[i].DropsName;
        }
        for (var group = 0; group < _values.Count; group++)
        {
            if (_values[group].Count > 0)
            {
                output.Add(new VectorSample(_groups.LabelsOf(group), Quantiles.Of(quantile, CollectionsMarshal.AsSpan(_values[group])), _dropsName[group]));
            }
        }
    }
}

/// <summary><c>count_values("label", vector)</c>: how often each value occurs, the value as a label.</summary>
internal sealed class CountValuesAggregate : VectorOperator
{
    private readonly GroupTable _groups;
    private readonly VectorOperator _inner;
    private readonly string _label;
    private readonly VectorBuffer _vector;
    private readonly Dictionary<LabelSet, (int Count, bool DropsName)> _counts = [];

    /// <exception cref="QueryException">The parameter is no label name.</exception>
    public CountValuesAggregate(EvaluationContext context, AggregateExpression aggregate, VectorOperator inner, string label, bool repeats)
    {
        LabelFunctions.RefuseInvalidName(label, "label name");
        _groups = new GroupTable(aggregate, repeats);
        _vector = context.NewBuffer();
        _inner = inner;
        _label = label;
    }

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        _vector.Clear();
        _inner.Evaluate(timeMilliseconds, _vector);
        _counts.Clear();
        var samples = _vector.Samples;
        for (var i = 0; i < samples.Length; i++)
        {
            var labels = _groups.LabelsOf(_groups.NumberOf(samples[i].Labels, i)).With(_label, NumberText.Format(samples[i].Value));
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, labels, out _);
            entry = (entry.Count + 1, (entry.DropsName || samples[i].DropsName) && _label != LabelSet.MetricName);
        }
        foreach (var (labels, (count, dropsName)) in _counts)
        {
            output.Add(new VectorSample(labels, count, dropsName));
        }
    }
}
