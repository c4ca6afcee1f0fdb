using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>A selector with a range: per series two cursors over the samples of the whole query.</summary>
internal sealed class RangeSelection(EvaluationContext context, RangeSelector range, TimeBounds times) : RangeOperator
{
    private readonly ShiftedTime _shift = new(range.Selector.Shift, context.Range);
    private readonly long _length = range.Range.Milliseconds;
    private IReadOnlyList<SeriesSamples>? _series;
    private long _end;

    // Null when what was selected is the one window that is asked for.
    private int[]? _first;
    private int[]? _next;

    public override int Count => _series?.Count ?? 0;

    public override LabelSet LabelsOf(int index) => _series![index].Labels;

    public override bool DropsNameOf(int index) => false;

    public override void MoveTo(long timeMilliseconds)
    {
        var series = _series ?? Select();
        _end = _shift.Apply(timeMilliseconds);
        for (var i = 0; _first is not null && _next is not null && i < series.Count; i++)
        {
            var sampleTimes = series[i].Timestamps.Span;
            _first[i] = Cursor.Advance(sampleTimes, _first[i], _end - _length);
            _next[i] = Cursor.Advance(sampleTimes, Math.Max(_first[i], _next[i]), _end);
        }
    }

    public override SampleWindow WindowOf(int index)
    {
        var samples = _series![index];
        if (_first is null || _next is null)
        {
            return new SampleWindow(samples.Timestamps.Span, samples.Values.Span, _end - _length, _end);
        }
        var (first, count) = (_first[index], _next[index] - _first[index]);
        return new SampleWindow(samples.Timestamps.Span.Slice(first, count), samples.Values.Span.Slice(first, count), _end - _length, _end);
    }

    private IReadOnlyList<SeriesSamples> Select()
    {
        var (first, last, _) = _shift.Apply(times);
        var selected = context.Select(range.Selector.Matchers, first - _length, last);
        SeriesSamples[]? cleaned = null;
        for (var i = 0; i < selected.Count; i++)
        {
            var clean = WithoutStalenessMarkers(selected[i]);
            if (!ReferenceEquals(clean, selected[i]))
            {
                cleaned ??= [.. selected];
                cleaned[i] = clean;
            }
        }
        _series = cleaned ?? selected;
        if (first != last)
        {
            _first = new int[selected.Count];
            _next = new int[selected.Count];
        }
        return _series;
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
