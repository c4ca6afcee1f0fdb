using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Folds the samples of a group into one number as they pass.</summary>
internal interface IFold
{
    /// <summary>Something was added.</summary>
    bool HasValue { get; }

    double Value { get; }

    void Add(double value);
}

internal struct SumFold : IFold
{
    private CompensatedSum _sum;

    public bool HasValue { get; private set; }

    public readonly double Value => _sum.Value;

    public void Add(double value)
    {
        HasValue = true;
        _sum.Add(value);
    }
}

internal struct MeanFold : IFold
{
    private Mean _mean;

    public bool HasValue { get; private set; }

    public readonly double Value => _mean.Value;

    public void Add(double value)
    {
        HasValue = true;
        _mean.Add(value);
    }
}

internal struct MinimumFold : IFold
{
    public bool HasValue { get; private set; }

    public double Value { get; private set; }

    public void Add(double value)
    {
        // NaN loses against every number.
        Value = !HasValue || value < Value || double.IsNaN(Value) ? value : Value;
        HasValue = true;
    }
}

internal struct MaximumFold : IFold
{
    public bool HasValue { get; private set; }

    public double Value { get; private set; }

    public void Add(double value)
    {
        Value = !HasValue || value > Value || double.IsNaN(Value) ? value : Value;
        HasValue = true;
    }
}

internal struct CountFold : IFold
{
    private long _count;

    public readonly bool HasValue => _count > 0;

    public readonly double Value => _count;

    public void Add(double value) => _count++;
}

/// <summary><c>group</c>: 1 where there is anything.</summary>
internal struct PresenceFold : IFold
{
    public bool HasValue { get; private set; }

    public readonly double Value => 1;

    public void Add(double value) => HasValue = true;
}

internal struct VarianceFold : IFold
{
    private Variance _variance;

    public bool HasValue { get; private set; }

    public readonly double Value => _variance.Value;

    public void Add(double value)
    {
        HasValue = true;
        _variance.Add(value);
    }
}

internal struct DeviationFold : IFold
{
    private VarianceFold _variance;

    public readonly bool HasValue => _variance.HasValue;

    public readonly double Value => Math.Sqrt(_variance.Value);

    public void Add(double value) => _variance.Add(value);
}
