namespace Observability.Query.LogQL.Metrics;

/// <summary>Means, spreads and quantiles over a window or over a group of series; at least one value.</summary>
internal static class Statistics
{
    /// <summary>Running mean, so that large values do not overflow their sum.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var mean = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var (value, count) = (values[i], i + 1);
            // An infinite mean can only become NaN: by an infinity of the other sign or by NaN. Anything else must not be subtracted from it.
            if (double.IsInfinity(mean) && (value.Equals(mean) || double.IsFinite(value)))
            {
                continue;
            }
            mean += (value / count) - (mean / count);
        }
        return mean;
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

    /// <summary>Of the whole population, by Welford's method.</summary>
    public static double Variance(ReadOnlySpan<double> values)
    {
        var (mean, squares) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            var delta = values[i] - mean;
            mean += delta / (i + 1);
            squares += delta * (values[i] - mean);
        }
        return squares / values.Length;
    }

    /// <summary>Linear between the two values around the rank; −∞ and +∞ outside of 0 to 1.</summary>
    public static double Quantile(double quantile, ReadOnlySpan<double> values)
    {
        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var rank = quantile * (sorted.Length - 1);
        var lower = (int)Math.Floor(rank);
        var upper = Math.Min(lower + 1, sorted.Length - 1);
        var weight = rank - lower;
        return weight == 0 ? sorted[lower] : (sorted[lower] * (1 - weight)) + (sorted[upper] * weight);
    }
}
