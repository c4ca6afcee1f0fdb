using Observability.Query.LogQL.Syntax;

namespace Observability.Query.LogQL.Metrics;

/// <summary>The arithmetic of range aggregations: from the values of a window, of which there is at least one, to one number.</summary>
internal static class RangeCalculation
{
    public static double Of(RangeOperation operation, ReadOnlySpan<double> values, double rangeSeconds, double? parameter) => operation switch
    {
        RangeOperation.CountOverTime => values.Length,
        RangeOperation.Rate or RangeOperation.BytesRate => Statistics.Sum(values) / rangeSeconds,
        RangeOperation.BytesOverTime or RangeOperation.SumOverTime => Statistics.Sum(values),
        RangeOperation.RateCounter => Increase(values) / rangeSeconds,
        RangeOperation.AvgOverTime => Statistics.Mean(values),
        RangeOperation.MinOverTime => Statistics.Minimum(values),
        RangeOperation.MaxOverTime => Statistics.Maximum(values),
        RangeOperation.StdvarOverTime => Statistics.Variance(values),
        RangeOperation.StddevOverTime => Math.Sqrt(Statistics.Variance(values)),
        RangeOperation.QuantileOverTime => Statistics.Quantile(parameter!.Value, values),
        RangeOperation.FirstOverTime => values[0],
        RangeOperation.LastOverTime => values[^1],
        _ => 1,
    };

    // A counter that falls was reset to zero. Nothing is extrapolated to the window's ends: lines arrive when something happens and not at a scrape interval.
    private static double Increase(ReadOnlySpan<double> values)
    {
        var increase = 0.0;
        for (var i = 1; i < values.Length; i++)
        {
            increase += values[i] < values[i - 1] ? values[i] : values[i] - values[i - 1];
        }
        return increase;
    }
}
