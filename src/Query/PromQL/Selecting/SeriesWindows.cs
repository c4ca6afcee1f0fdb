using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>The windows of one series after another: its samples without staleness markers, in memory that is used again.</summary>
internal ref struct SeriesWindows
{
    private readonly long _length;
    private readonly ReadOnlySpan<long> _times;
    private readonly ReadOnlySpan<double> _values;
    private readonly bool _neverFalls;
    private int _first;
    private int _next;

    /// <param name="times">Of all samples that any window holds.</param>
    /// <param name="values">As many.</param>
    /// <param name="length">Of a window.</param>
    /// <param name="scratch">Taken when markers have to be left out.</param>
    public SeriesWindows(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long length, WindowScratch scratch)
    {
        _times = times;
        _values = values;
        _length = length;
        var (previous, falls, markers) = (double.NegativeInfinity, false, false);
        foreach (var value in values)
        {
            // Not ">=": a NaN has to count as a fall, since nothing is known of it.
            falls |= !(value >= previous);
            markers |= StalenessMarker.IsStale(value);
            previous = value;
        }
        _neverFalls = !falls;
        if (markers)
        {
            scratch.FillWithoutMarkers(times, values);
            _times = scratch.Times;
            _values = scratch.Values;
        }
    }

    /// <summary>The window that ends at a time; times do not go back.</summary>
    public SampleWindow At(long end)
    {
        _first = Cursor.Advance(_times, _first, end - _length);
        _next = Cursor.Advance(_times, Math.Max(_first, _next), end);
        return new SampleWindow(_times[_first.._next], _values[_first.._next], end - _length, end, _neverFalls);
    }
}

/// <summary>Columns for a series with markers.</summary>
internal sealed class WindowScratch
{
    private long[] _times = [];
    private double[] _values = [];
    private int _count;

    public ReadOnlySpan<long> Times => _times.AsSpan(0, _count);

    public ReadOnlySpan<double> Values => _values.AsSpan(0, _count);

    public void FillWithoutMarkers(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        if (_times.Length < times.Length)
        {
            (_times, _values) = (new long[times.Length], new double[times.Length]);
        }
        _count = 0;
        for (var i = 0; i < times.Length; i++)
        {
            if (!StalenessMarker.IsStale(values[i]))
            {
                (_times[_count], _values[_count]) = (times[i], values[i]);
                _count++;
            }
        }
    }
}
