using Observability.Query.Values;

namespace Observability.Query.PromQL;

internal sealed class ConstantScalar(double value) : ScalarOperator
{
    public override double Evaluate(long timeMilliseconds) => value;
}

/// <summary><c>time()</c>: the time of evaluation in seconds.</summary>
internal sealed class TimeScalar : ScalarOperator
{
    public override double Evaluate(long timeMilliseconds) => timeMilliseconds / 1000.0;
}

/// <summary><c>scalar(vector)</c>: the value of a vector with exactly one sample, else NaN.</summary>
internal sealed class VectorAsScalar(EvaluationContext context, VectorOperator inner) : ScalarOperator
{
    private readonly VectorBuffer _vector = context.NewBuffer();

    public override double Evaluate(long timeMilliseconds)
    {
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        return _vector.Count == 1 ? _vector.Samples[0].Value : double.NaN;
    }
}

internal sealed class NegatedScalar(ScalarOperator inner) : ScalarOperator
{
    public override double Evaluate(long timeMilliseconds) => -inner.Evaluate(timeMilliseconds);
}

/// <summary>Arithmetic, and comparisons with <c>bool</c>.</summary>
internal sealed class ScalarBinary(BinaryOperator binaryOperator, ScalarOperator left, ScalarOperator right) : ScalarOperator
{
    public override double Evaluate(long timeMilliseconds)
    {
        var (leftValue, rightValue) = (left.Evaluate(timeMilliseconds), right.Evaluate(timeMilliseconds));
        return binaryOperator.IsComparison()
            ? (binaryOperator.Holds(leftValue, rightValue) ? 1 : 0)
            : binaryOperator.Calculate(leftValue, rightValue);
    }
}

/// <summary><c>min_of</c> and <c>max_of</c>; NaN wins.</summary>
internal sealed class ScalarExtreme(bool wantsMaximum, ScalarOperator left, ScalarOperator right) : ScalarOperator
{
    public override double Evaluate(long timeMilliseconds)
    {
        var (leftValue, rightValue) = (left.Evaluate(timeMilliseconds), right.Evaluate(timeMilliseconds));
        return wantsMaximum ? Math.Max(leftValue, rightValue) : Math.Min(leftValue, rightValue);
    }
}
