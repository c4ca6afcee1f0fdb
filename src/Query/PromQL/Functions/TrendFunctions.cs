using System.Globalization;
using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>Lines and smoothed curves through a window.</summary>
internal static class TrendFunctions
{
    public static bool Derivative(in SampleWindow window, in RangeCall call, out double value)
    {
        value = 0;
        if (window.Count < 2)
        {
            return false;
        }
        (value, _) = Regression(window, window.Times[0]);
        return true;
    }

    /// <summary>The value of the line that many seconds after the evaluation.</summary>
    public static bool Predict(in SampleWindow window, in RangeCall call, out double value)
    {
        value = 0;
        if (window.Count < 2)
        {
            return false;
        }
        var (slope, intercept) = Regression(window, call.EvaluationMilliseconds);
        value = (slope * call.First) + intercept;
        return true;
    }

    /// <summary>Holt's double exponential smoothing with the factors for level and trend.</summary>
    public static bool Smooth(in SampleWindow window, in RangeCall call, out double value)
    {
        RefuseFactor("smoothing", "sf", call.First);
        RefuseFactor("trend", "tf", call.Second);
        value = 0;
        if (window.Count < 2)
        {
            return false;
        }
        var previousLevel = 0.0;
        var level = window.Values[0];
        var trend = window.Values[1] - window.Values[0];
        for (var i = 1; i < window.Count; i++)
        {
            if (i > 1)
            {
                trend = (call.Second * (level - previousLevel)) + ((1 - call.Second) * trend);
            }
            previousLevel = level;
            level = (call.First * window.Values[i]) + ((1 - call.First) * (level + trend));
        }
        value = level;
        return true;
    }

    /// <summary>Least squares; time in seconds from <paramref name="originMilliseconds"/>.</summary>
    private static (double Slope, double Intercept) Regression(in SampleWindow window, long originMilliseconds)
    {
        CompensatedSum sumX = default, sumY = default, sumXY = default, sumXX = default;
        var first = window.Values[0];
        var isConstant = true;
        for (var i = 0; i < window.Count; i++)
        {
            var x = (window.Times[i] - originMilliseconds) / 1000.0;
            var y = window.Values[i];
            isConstant &= y == first;
            sumX.Add(x);
            sumY.Add(y);
            sumXY.Add(x * y);
            sumXX.Add(x * x);
        }
        if (isConstant)
        {
            // Rounding would give a flat line a slope.
            return double.IsInfinity(first) ? (double.NaN, double.NaN) : (0, first);
        }
        double count = window.Count;
        var covariance = sumXY.Value - (sumX.Value * sumY.Value / count);
        var variance = sumXX.Value - (sumX.Value * sumX.Value / count);
        var slope = covariance / variance;
        return (slope, (sumY.Value / count) - (slope * sumX.Value / count));
    }

    private static void RefuseFactor(string what, string symbol, double factor)
    {
        if (factor is not (>= 0 and <= 1))
        {
            throw new QueryException(QueryFault.Execution, string.Create(CultureInfo.InvariantCulture, $"invalid {what} factor. Expected: 0 <= {symbol} <= 1, got: {factor}"));
        }
    }
}
