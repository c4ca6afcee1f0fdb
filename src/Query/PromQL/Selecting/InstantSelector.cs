using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>The newest sample of each series, unless it is older than the lookback or says that the series ended.</summary>
/// <param name="context">Shared state.</param>
/// <param name="selector">What to read.</param>
/// <param name="times">First and last time of evaluation.</param>
/// <param name="givesTimes">Gives each sample's own time in seconds instead of its value: <c>timestamp(selector)</c>.</param>
internal sealed class InstantSelector(EvaluationContext context, VectorSelector selector, TimeBounds times, bool givesTimes) : VectorOperator
{
    private readonly ShiftedTime _shift = new(selector.Shift, context.Range);
    private IReadOnlyList<SeriesSamples>? _series;

    // Null when all that was selected ends at the one time that is asked for.
    private int[]? _next;

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        if (!times.Repeats)
        {
            EvaluateOnce(_shift.Apply(timeMilliseconds), output);
            return;
        }
        var series = _series ?? Select();
        var time = _shift.Apply(timeMilliseconds);
        var oldest = time - context.Range.LookbackMilliseconds;
        for (var i = 0; i < series.Count; i++)
        {
            var samples = series[i];
            var sampleTimes = samples.Timestamps.Span;
            var next = sampleTimes.Length;
            if (_next is not null)
            {
                next = Cursor.Advance(sampleTimes, _next[i], time);
                _next[i] = next;
            }
            if (next > 0 && sampleTimes[next - 1] > oldest)
            {
                Add(samples.Labels, sampleTimes[next - 1], samples.Values.Span[next - 1], output);
            }
        }
    }

    /// <summary>One time is all that is asked for: nothing of the series is kept, and a store need not unpack more than its newest sample.</summary>
    private void EvaluateOnce(long time, VectorBuffer output)
    {
        using var cursor = context.Open(selector.Matchers, time - context.Range.LookbackMilliseconds, time, newestOnly: true);
        var series = 0;
        while (cursor.MoveNext())
        {
            context.UseSeries(1);
            Add(cursor.Labels, cursor.Timestamps[^1], cursor.Values[^1], output);
            series++;
        }
        context.Use(series);
    }

    private void Add(LabelSet labels, long time, double value, VectorBuffer output)
    {
        if (!StalenessMarker.IsStale(value))
        {
            output.Add(new VectorSample(labels, givesTimes ? time / 1000.0 : value, givesTimes));
        }
    }

    private IReadOnlyList<SeriesSamples> Select()
    {
        var (first, last, _) = _shift.Apply(times);
        _series = context.Select(selector.Matchers, first - context.Range.LookbackMilliseconds, last);
        _next = first == last ? null : new int[_series.Count];
        return _series;
    }
}
