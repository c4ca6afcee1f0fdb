using System.Buffers;
using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>The <c>…_over_time</c> functions.</summary>
internal static class WindowFunctions
{
    public static bool Average(in SampleWindow window, in RangeCall call, out double value)
    {
        var mean = default(Mean);
        foreach (var sample in window.Values)
        {
            mean.Add(sample);
        }
        value = mean.Value;
        return window.Count > 0;
    }

    public static bool Sum(in SampleWindow window, in RangeCall call, out double value)
    {
        var sum = default(CompensatedSum);
        foreach (var sample in window.Values)
        {
            sum.Add(sample);
        }
        value = sum.Value;
        return window.Count > 0;
    }

    public static bool Count(in SampleWindow window, in RangeCall call, out double value)
    {
        value = window.Count;
        return window.Count > 0;
    }

    public static bool Present(in SampleWindow window, in RangeCall call, out double value)
    {
        value = 1;
        return window.Count > 0;
    }

    public static bool First(in SampleWindow window, in RangeCall call, out double value)
    {
        value = window.Count > 0 ? window.Values[0] : 0;
        return window.Count > 0;
    }

    public static bool Last(in SampleWindow window, in RangeCall call, out double value)
    {
        value = window.Count > 0 ? window.Values[^1] : 0;
        return window.Count > 0;
    }

    public static bool Maximum(in SampleWindow window, in RangeCall call, out double value) => Extreme(window, wantsMaximum: true, out value, out _);

    public static bool Minimum(in SampleWindow window, in RangeCall call, out double value) => Extreme(window, wantsMaximum: false, out value, out _);

    public static bool TimeOfMaximum(in SampleWindow window, in RangeCall call, out double value)
    {
        var found = Extreme(window, wantsMaximum: true, out _, out var index);
        value = found ? window.Times[index] / 1000.0 : 0;
        return found;
    }

    public static bool TimeOfMinimum(in SampleWindow window, in RangeCall call, out double value)
    {
        var found = Extreme(window, wantsMaximum: false, out _, out var index);
        value = found ? window.Times[index] / 1000.0 : 0;
        return found;
    }

    public static bool TimeOfFirst(in SampleWindow window, in RangeCall call, out double value)
    {
        value = window.Count > 0 ? window.Times[0] / 1000.0 : 0;
        return window.Count > 0;
    }

    public static bool TimeOfLast(in SampleWindow window, in RangeCall call, out double value)
    {
        value = window.Count > 0 ? window.Times[^1] / 1000.0 : 0;
        return window.Count > 0;
    }

    public static bool StandardVariance(in SampleWindow window, in RangeCall call, out double value)
    {
        var variance = default(Variance);
        foreach (var sample in window.Values)
        {
            variance.Add(sample);
        }
        value = variance.Value;
        return window.Count > 0;
    }

    public static bool StandardDeviation(in SampleWindow window, in RangeCall call, out double value)
    {
        var found = StandardVariance(window, call, out value);
        value = Math.Sqrt(value);
        return found;
    }

    public static bool Quantile(in SampleWindow window, in RangeCall call, out double value)
    {
        var sorted = ArrayPool<double>.Shared.Rent(window.Count);
        window.Values.CopyTo(sorted);
        value = Quantiles.Of(call.First, sorted.AsSpan(0, window.Count));
        ArrayPool<double>.Shared.Return(sorted);
        return window.Count > 0;
    }

    /// <summary>The median of the distances from the median; NaN as soon as one sample is.</summary>
    public static bool MedianAbsoluteDeviation(in SampleWindow window, in RangeCall call, out double value)
    {
        var rented = ArrayPool<double>.Shared.Rent(window.Count);
        var values = rented.AsSpan(0, window.Count);
        window.Values.CopyTo(values);
        var median = Quantiles.Of(0.5, values);
        var hasNaN = values.Length > 0 && double.IsNaN(values[0]);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Abs(values[i] - median);
        }
        value = hasNaN ? double.NaN : Quantiles.Of(0.5, values);
        ArrayPool<double>.Shared.Return(rented);
        return window.Count > 0;
    }

    // NaN loses against every number; of equals the last counts.
    private static bool Extreme(in SampleWindow window, bool wantsMaximum, out double value, out int index)
    {
        value = double.NaN;
        index = 0;
        for (var i = 0; i < window.Count; i++)
        {
            var sample = window.Values[i];
            if (double.IsNaN(value) || (wantsMaximum ? sample >= value : sample <= value))
            {
                value = sample;
                index = i;
            }
        }
        return window.Count > 0;
    }
}
