namespace Observability.Query.Values;

/// <summary>A sum that carries the digits which plain addition would lose (Neumaier's variant of Kahan's summation), so that 1e100 + 2 - 1e100 is 2.</summary>
public struct CompensatedSum
{
    private double _sum;
    private double _carry;

    public CompensatedSum(double sum, double carry = 0) => (_sum, _carry) = (sum, carry);

    public readonly double Value => _sum + _carry;

    /// <summary>The sum without what it carries.</summary>
    internal readonly double Main => _sum;

    internal readonly double Carry => _carry;

    public void Add(double value)
    {
        var next = _sum + value;
        if (double.IsInfinity(next))
        {
            _carry = 0;
        }
        else if (Math.Abs(_sum) >= Math.Abs(value))
        {
            _carry += _sum - next + value;
        }
        else
        {
            _carry += value - next + _sum;
        }
        _sum = next;
    }
}

/// <summary>An average that stays finite when the sum of its values would not.</summary>
public struct Mean
{
    private CompensatedSum _sum;
    private long _count;
    private bool _isIncremental;

    public readonly double Value => _isIncremental ? _sum.Value : (_sum.Main / _count) + (_sum.Carry / _count);

    public void Add(double value)
    {
        _count++;
        if (!_isIncremental)
        {
            var sum = _sum;
            sum.Add(value);
            if (_count == 1 || !double.IsInfinity(sum.Main))
            {
                _sum = sum;
                return;
            }
            // From here on the state is the mean itself: exact division is given up for staying in range.
            _isIncremental = true;
            _sum = new CompensatedSum(_sum.Main / (_count - 1), _sum.Carry / (_count - 1));
        }
        var weight = (double)(_count - 1) / _count;
        var scaled = new CompensatedSum(_sum.Main * weight, _sum.Carry * weight);
        scaled.Add(value / _count);
        _sum = scaled;
    }
}

/// <summary>Variance in one pass (Welford), compensated.</summary>
public struct Variance
{
    private CompensatedSum _mean;
    private CompensatedSum _squares;
    private long _count;

    /// <summary>Of the population: divided by the count.</summary>
    public readonly double Value => _squares.Value / _count;

    public void Add(double value)
    {
        _count++;
        var delta = value - _mean.Value;
        _mean.Add(delta / _count);
        _squares.Add(delta * (value - _mean.Value));
    }
}

/// <summary>Quantiles as Prometheus interpolates them.</summary>
public static class Quantiles
{
    /// <summary>Linear interpolation between ranks; NaN counts as the smallest value. Sorts the values in place.</summary>
    /// <returns>-Inf below 0, +Inf above 1, NaN for NaN or for no values.</returns>
    public static double Of(double quantile, Span<double> values)
    {
        if (values.Length == 0 || double.IsNaN(quantile))
        {
            return double.NaN;
        }
        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }
        values.Sort();
        var rank = quantile * (values.Length - 1);
        var lower = (int)Math.Floor(rank);
        var upper = Math.Min(values.Length - 1, lower + 1);
        var weight = rank - lower;
        return (values[lower] * (1 - weight)) + (values[upper] * weight);
    }
}
