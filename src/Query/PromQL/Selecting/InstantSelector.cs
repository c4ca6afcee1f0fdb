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
            if (next == 0 || sampleTimes[next - 1] <= oldest)
            {
                continue;
            }
            var value = samples.Values.Span[next - 1];
            if (!StalenessMarker.IsStale(value))
            {
                output.Add(new VectorSample(samples.Labels, givesTimes ? sampleTimes[next - 1] / 1000.0 : value, givesTimes));
            }
        }
    }

    private IReadOnlyList<SeriesSamples> Select()
    {
        var (first, last) = _shift.Apply(times);
        _series = context.Select(selector.Matchers, first - context.Range.LookbackMilliseconds, last);
        _next = first == last ? null : new int[_series.Count];
        return _series;
    }
}
