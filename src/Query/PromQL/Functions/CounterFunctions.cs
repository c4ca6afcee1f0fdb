namespace Observability.Query.PromQL;

/// <summary>Functions about how a series moves. A counter that falls was reset to zero; <c>delta</c> and <c>idelta</c> are for gauges and know no resets.</summary>
internal static class CounterFunctions
{
    public static bool Rate(in SampleWindow window, in RangeCall call, out double value) => Extrapolate(window, isCounter: true, isRate: true, out value);

    public static bool Increase(in SampleWindow window, in RangeCall call, out double value) => Extrapolate(window, isCounter: true, isRate: false, out value);

    public static bool Delta(in SampleWindow window, in RangeCall call, out double value) => Extrapolate(window, isCounter: false, isRate: false, out value);

    public static bool InstantRate(in SampleWindow window, in RangeCall call, out double value)
    {
        if (!InstantDelta(window, call, out value))
        {
            return false;
        }
        var milliseconds = window.Times[^1] - window.Times[^2];
        // After a reset the counter has grown by what it shows.
        value = (window.Values[^1] < window.Values[^2] ? window.Values[^1] : value) / (milliseconds / 1000.0);
        return milliseconds > 0;
    }

    public static bool InstantDelta(in SampleWindow window, in RangeCall call, out double value)
    {
        value = window.Count < 2 ? 0 : window.Values[^1] - window.Values[^2];
        return window.Count >= 2;
    }

    public static bool Changes(in SampleWindow window, in RangeCall call, out double value)
    {
        var changes = 0;
        for (var i = 1; i < window.Count; i++)
        {
            var (previous, current) = (window.Values[i - 1], window.Values[i]);
            changes += current != previous && !(double.IsNaN(current) && double.IsNaN(previous)) ? 1 : 0;
        }
        value = changes;
        return window.Count > 0;
    }

    public static bool Resets(in SampleWindow window, in RangeCall call, out double value)
    {
        var resets = 0;
        for (var i = 1; i < window.Count; i++)
        {
            resets += window.Values[i] < window.Values[i - 1] ? 1 : 0;
        }
        value = resets;
        return window.Count > 0;
    }

    /// <summary>
    /// Prometheus' rate: the growth between first and last sample, stretched to the edges of the range where the samples come near them
    /// (within 1.1 average intervals), else by half an interval; for a counter never to before it would have been zero.
    /// </summary>
    private static bool Extrapolate(in SampleWindow window, bool isCounter, bool isRate, out double value)
    {
        value = 0;
        if (window.Count < 2)
        {
            return false;
        }
        var values = window.Values;
        var times = window.Times;
        value = values[^1] - values[0];
        for (var i = 1; isCounter && !window.NeverFalls && i < values.Length; i++)
        {
            value += values[i] < values[i - 1] ? values[i - 1] : 0;
        }
        var sampledSeconds = (times[^1] - times[0]) / 1000.0;
        var averageInterval = sampledSeconds / (values.Length - 1);
        var threshold = averageInterval * 1.1;
        var secondsToStart = (times[0] - window.StartMilliseconds) / 1000.0;
        var secondsToEnd = (window.EndMilliseconds - times[^1]) / 1000.0;
        if (secondsToStart >= threshold)
        {
            secondsToStart = averageInterval / 2;
        }
        if (isCounter && value > 0 && values[0] >= 0)
        {
            secondsToStart = Math.Min(secondsToStart, sampledSeconds * (values[0] / value));
        }
        if (secondsToEnd >= threshold)
        {
            secondsToEnd = averageInterval / 2;
        }
        value *= (sampledSeconds + secondsToStart + secondsToEnd) / sampledSeconds;
        if (isRate)
        {
            value /= (window.EndMilliseconds - window.StartMilliseconds) / 1000.0;
        }
        return true;
    }
}
