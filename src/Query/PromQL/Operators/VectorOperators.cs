using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary><c>vector(scalar)</c>: one sample without labels.</summary>
internal sealed class ScalarAsVector(ScalarOperator inner) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output) => output.Add(new VectorSample(LabelSet.Empty, inner.Evaluate(timeMilliseconds)));
}

/// <summary>A function of each value by itself. Works in place in the output.</summary>
internal sealed class MappedVector(VectorOperator inner, Func<double, double> function) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        inner.Evaluate(timeMilliseconds, output);
        foreach (ref var sample in output.Writable)
        {
            sample = new VectorSample(sample.Labels, function(sample.Value), DropsName: true);
        }
    }
}

/// <summary><c>timestamp</c> of anything but a selector: every sample of a computed vector is as old as the evaluation.</summary>
internal sealed class EvaluationTimes(VectorOperator inner) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        inner.Evaluate(timeMilliseconds, output);
        foreach (ref var sample in output.Writable)
        {
            sample = new VectorSample(sample.Labels, timeMilliseconds / 1000.0, DropsName: true);
        }
    }
}

/// <summary><c>clamp</c>, <c>clamp_min</c>, <c>clamp_max</c>: bounds that are NaN make every value NaN; bounds the wrong way round give nothing.</summary>
internal sealed class ClampedVector(VectorOperator inner, ScalarOperator minimum, ScalarOperator maximum) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        var (low, high) = (minimum.Evaluate(timeMilliseconds), maximum.Evaluate(timeMilliseconds));
        if (high < low)
        {
            return;
        }
        inner.Evaluate(timeMilliseconds, output);
        foreach (ref var sample in output.Writable)
        {
            sample = new VectorSample(sample.Labels, Math.Max(low, Math.Min(high, sample.Value)), DropsName: true);
        }
    }
}

/// <summary><c>round(vector, toNearest)</c>.</summary>
internal sealed class RoundedVector(VectorOperator inner, ScalarOperator toNearest) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        inner.Evaluate(timeMilliseconds, output);
        var nearest = toNearest.Evaluate(timeMilliseconds);
        foreach (ref var sample in output.Writable)
        {
            sample = new VectorSample(sample.Labels, VectorMath.Round(sample.Value, nearest), DropsName: true);
        }
    }
}

/// <summary>
/// A vector and a number, the shape of most alerts (<c>selector &gt; 5</c>): works in place in the output and makes no label set.
/// </summary>
internal sealed class VectorScalarBinary(BinaryExpression expression, VectorOperator vector, ScalarOperator scalar) : VectorOperator
{
    private readonly BinaryOperator _operator = expression.Operator;
    private readonly bool _scalarIsLeft = expression.Left.Kind == ValueKind.Scalar;

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        vector.Evaluate(timeMilliseconds, output);
        var number = scalar.Evaluate(timeMilliseconds);
        if (!_operator.IsComparison())
        {
            Calculate(output.Writable, number);
        }
        else if (expression.ReturnsBool)
        {
            foreach (ref var sample in output.Writable)
            {
                sample = new VectorSample(sample.Labels, Holds(sample.Value, number) ? 1 : 0, DropsName: true);
            }
        }
        else
        {
            Filter(output, number);
        }
    }

    private void Calculate(Span<VectorSample> samples, double number)
    {
        foreach (ref var sample in samples)
        {
            var value = _scalarIsLeft ? _operator.Calculate(number, sample.Value) : _operator.Calculate(sample.Value, number);
            sample = new VectorSample(sample.Labels, value, DropsName: true);
        }
    }

    private void Filter(VectorBuffer output, double number)
    {
        var samples = output.Writable;
        var kept = 0;
        foreach (ref var sample in samples)
        {
            if (Holds(sample.Value, number))
            {
                samples[kept++] = sample;
            }
        }
        output.Truncate(kept);
    }

    private bool Holds(double value, double number) => _scalarIsLeft ? _operator.Holds(number, value) : _operator.Holds(value, number);
}

/// <summary>Two vectors: set operators, arithmetic and comparisons.</summary>
internal sealed class VectorBinary : VectorOperator
{
    private readonly VectorOperator _left;
    private readonly VectorOperator _right;
    private readonly VectorJoin? _join;
    private readonly VectorSet? _set;
    private readonly VectorBuffer _leftVector;
    private readonly VectorBuffer _rightVector;

    /// <param name="context">Shared state.</param>
    /// <param name="expression">Between two vectors.</param>
    /// <param name="left">Its left side.</param>
    /// <param name="right">Its right side.</param>
    /// <param name="repeats">More than one time will be asked for, so that remembering labels pays.</param>
    public VectorBinary(EvaluationContext context, BinaryExpression expression, VectorOperator left, VectorOperator right, bool repeats)
    {
        _leftVector = context.NewBuffer();
        _rightVector = context.NewBuffer();
        _left = left;
        _right = right;
        var matching = expression.Matching ?? throw new ArgumentException("two vectors are joined with a matching", nameof(expression));
        if (expression.Operator.IsSetOperator())
        {
            _set = new VectorSet(expression.Operator, matching);
        }
        else
        {
            _join = new VectorJoin(expression.Operator, expression.ReturnsBool, matching, repeats);
        }
    }

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        _leftVector.Clear();
        _rightVector.Clear();
        _left.Evaluate(timeMilliseconds, _leftVector);
        _right.Evaluate(timeMilliseconds, _rightVector);
        _set?.Combine(_leftVector.Samples, _rightVector.Samples, output);
        _join?.Join(_leftVector.Samples, _rightVector.Samples, output);
    }
}
