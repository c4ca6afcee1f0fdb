using Observability.Query.Values;

namespace Observability.Query.LogQL.Metrics;

/// <summary>Sums, means, spreads and quantiles over a window or over a group of series; at least one value.</summary>
internal static class Statistics
{
    public static double Sum(ReadOnlySpan<double> values)
    {
        var sum = default(CompensatedSum);
        foreach (var value in values)
        {
            sum.Add(value);
        }
        return sum.Value;
    }

    public static double Mean(ReadOnlySpan<double> values)
    {
        var mean = default(Mean);
        foreach (var value in values)
        {
            mean.Add(value);
        }
        return mean.Value;
    }

    /// <summary>Of the whole population.</summary>
    public static double Variance(ReadOnlySpan<double> values)
    {
        var variance = default(Variance);
        foreach (var value in values)
        {
            variance.Add(value);
        }
        return variance.Value;
    }

    /// <summary>NaN only when all are NaN.</summary>
    public static double Minimum(ReadOnlySpan<double> values)
    {
        var minimum = values[0];
        foreach (var value in values)
        {
            minimum = value < minimum || double.IsNaN(minimum) ? value : minimum;
        }
        return minimum;
    }

    /// <summary>NaN only when all are NaN.</summary>
    public static double Maximum(ReadOnlySpan<double> values)
    {
        var maximum = values[0];
        foreach (var value in values)
        {
            maximum = value > maximum || double.IsNaN(maximum) ? value : maximum;
        }
        return maximum;
    }

    /// <summary>Linear between the two values around the rank; −∞ and +∞ outside of 0 to 1.</summary>
    public static double Quantile(double quantile, ReadOnlySpan<double> values) => Quantiles.Of(quantile, values.ToArray());
}
