namespace Observability.Query.PromQL;

/// <summary>What a range function may know besides its window.</summary>
/// <param name="EvaluationMilliseconds">The time of evaluation, which <c>@</c> and <c>offset</c> do not move.</param>
/// <param name="First">The first scalar argument; 0 without one.</param>
/// <param name="Second">The second scalar argument; 0 without one.</param>
internal readonly record struct RangeCall(long EvaluationMilliseconds, double First, double Second);

/// <returns>False when the window holds too few samples for an answer.</returns>
internal delegate bool RangeFunction(in SampleWindow window, in RangeCall call, out double value);

/// <summary>The functions over ranges by name.</summary>
internal static class RangeFunctions
{
    private static readonly Dictionary<string, RangeFunction> Plain = new(StringComparer.Ordinal)
    {
        ["rate"] = CounterFunctions.Rate,
        ["increase"] = CounterFunctions.Increase,
        ["delta"] = CounterFunctions.Delta,
        ["irate"] = CounterFunctions.InstantRate,
        ["idelta"] = CounterFunctions.InstantDelta,
        ["changes"] = CounterFunctions.Changes,
        ["resets"] = CounterFunctions.Resets,
        ["deriv"] = TrendFunctions.Derivative,
        ["avg_over_time"] = WindowFunctions.Average,
        ["count_over_time"] = WindowFunctions.Count,
        ["first_over_time"] = WindowFunctions.First,
        ["last_over_time"] = WindowFunctions.Last,
        ["mad_over_time"] = WindowFunctions.MedianAbsoluteDeviation,
        ["max_over_time"] = WindowFunctions.Maximum,
        ["min_over_time"] = WindowFunctions.Minimum,
        ["present_over_time"] = WindowFunctions.Present,
        ["stddev_over_time"] = WindowFunctions.StandardDeviation,
        ["stdvar_over_time"] = WindowFunctions.StandardVariance,
        ["sum_over_time"] = WindowFunctions.Sum,
        ["ts_of_first_over_time"] = WindowFunctions.TimeOfFirst,
        ["ts_of_last_over_time"] = WindowFunctions.TimeOfLast,
        ["ts_of_max_over_time"] = WindowFunctions.TimeOfMaximum,
        ["ts_of_min_over_time"] = WindowFunctions.TimeOfMinimum,
    };

    private static readonly Dictionary<string, RangeFunction> WithScalars = new(StringComparer.Ordinal)
    {
        ["quantile_over_time"] = WindowFunctions.Quantile,
        ["predict_linear"] = TrendFunctions.Predict,
        ["double_exponential_smoothing"] = TrendFunctions.Smooth,
    };

    /// <summary>Those that take a range and nothing else.</summary>
    public static IEnumerable<string> PlainNames => Plain.Keys;

    public static RangeFunction? Find(string name) => Plain.GetValueOrDefault(name) ?? WithScalars.GetValueOrDefault(name);

    /// <summary>A sample of the series itself and not something computed from it keeps the metric name.</summary>
    public static bool KeepsName(string name) => name is "first_over_time" or "last_over_time";
}
