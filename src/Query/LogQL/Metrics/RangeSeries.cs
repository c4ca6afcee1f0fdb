namespace Observability.Query.LogQL.Metrics;

/// <summary>The samples of one series over the whole query, oldest first, and the window that moves over them step by step.</summary>
internal sealed class RangeSeries
{
    private readonly List<long> _times = [];
    private readonly List<double> _values = [];
    private int _first;
    private int _end;

    public void Add(long timeNanoseconds, double value)
    {
        _times.Add(timeNanoseconds);
        _values.Add(value);
    }

    /// <summary>The values of (after, until]. Both ends only move forward.</summary>
    public ReadOnlySpan<double> Window(long afterNanoseconds, long untilNanoseconds)
    {
        while (_end < _times.Count && _times[_end] <= untilNanoseconds)
        {
            _end++;
        }
        while (_first < _end && _times[_first] <= afterNanoseconds)
        {
            _first++;
        }
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values)[_first.._end];
    }
}
