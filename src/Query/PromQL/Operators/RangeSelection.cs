using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>A selector with a range: per series two cursors over the samples of the whole query.</summary>
internal sealed class RangeSelection(EvaluationContext context, RangeSelector range, TimeBounds times) : RangeOperator
{
    private readonly ShiftedTime _shift = new(range.Selector.Shift, context.Range);
    private readonly long _length = range.Range.Milliseconds;
    private SeriesSamples[]? _series;
    private int[] _first = [];
    private int[] _next = [];
    private long _end;

    public override int Count => _series?.Length ?? 0;

    public override LabelSet LabelsOf(int index) => _series![index].Labels;

    public override bool DropsNameOf(int index) => false;

    public override void MoveTo(long timeMilliseconds)
    {
        var series = _series ?? Select();
        _end = _shift.Apply(timeMilliseconds);
        for (var i = 0; i < series.Length; i++)
        {
            var sampleTimes = series[i].Timestamps.Span;
            _first[i] = Cursor.Advance(sampleTimes, _first[i], _end - _length);
            _next[i] = Cursor.Advance(sampleTimes, Math.Max(_first[i], _next[i]), _end);
        }
    }

    public override SampleWindow WindowOf(int index)
    {
        var samples = _series![index];
        var (first, count) = (_first[index], _next[index] - _first[index]);
        return new SampleWindow(samples.Timestamps.Span.Slice(first, count), samples.Values.Span.Slice(first, count), _end - _length, _end);
    }

    private SeriesSamples[] Select()
    {
        var (first, last) = _shift.Apply(times);
        var selected = context.Select(range.Selector.Matchers, first - _length, last);
        var series = new SeriesSamples[selected.Count];
        for (var i = 0; i < series.Length; i++)
        {
            series[i] = WithoutStalenessMarkers(selected[i]);
        }
        _series = series;
        _first = new int[series.Length];
        _next = new int[series.Length];
        return series;
    }

    private static SeriesSamples WithoutStalenessMarkers(SeriesSamples samples)
    {
        var values = samples.Values.Span;
        var markers = 0;
        foreach (var value in values)
        {
            markers += StalenessMarker.IsStale(value) ? 1 : 0;
        }
        if (markers == 0)
        {
            return samples;
        }
        var times = samples.Timestamps.Span;
        var keptTimes = new long[values.Length - markers];
        var keptValues = new double[keptTimes.Length];
        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!StalenessMarker.IsStale(values[i]))
            {
                keptTimes[next] = times[i];
                keptValues[next++] = values[i];
            }
        }
        return new SeriesSamples(samples.Labels, keptTimes, keptValues);
    }
}
