namespace Observability.MetricStore.Chunks;

/// <summary>Unpacked samples in two columns that are filled, read and filled again.</summary>
internal sealed class SampleColumns
{
    private long[] _timestamps = new long[SampleChunk.MaximumSamples * 2];
    private double[] _values = new double[SampleChunk.MaximumSamples * 2];

    // Samples in front of it were cut away.
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public ReadOnlySpan<long> Timestamps => _timestamps.AsSpan(_start, Count);

    public ReadOnlySpan<double> Values => _values.AsSpan(_start, Count);

    public void Clear() => _start = _end = 0;

    public void Add(long timestamp, double value)
    {
        Reserve(1);
        _timestamps[_end] = timestamp;
        _values[_end++] = value;
    }

    /// <summary>Unpacks the first <paramref name="count"/> samples of a chunk and keeps those in (after, until]. They are later than all that are here.</summary>
    public void Add(ReadOnlySpan<byte> packed, int count, long after, long until)
    {
        Reserve(count);
        var times = _timestamps.AsSpan(_end, count);
        var values = _values.AsSpan(_end, count);
        ChunkDecoder.Decode(packed, count, times, values);
        var from = FirstAfter(times, after);
        var to = FirstAfter(times, until);
        if (from >= to)
        {
            return;
        }
        if (Count == 0)
        {
            (_start, _end) = (_end + from, _end + to);
            return;
        }
        if (from > 0)
        {
            times[from..to].CopyTo(times);
            values[from..to].CopyTo(values);
        }
        _end += to - from;
    }

    /// <summary>Samples of both, in order; where both have a stamp, <paramref name="newer"/> has the word.</summary>
    public void Merge(SampleColumns older, SampleColumns newer)
    {
        Clear();
        var (left, right) = (0, 0);
        while (left < older.Count || right < newer.Count)
        {
            if (right == newer.Count || (left < older.Count && older.Timestamps[left] < newer.Timestamps[right]))
            {
                Add(older.Timestamps[left], older.Values[left]);
                left++;
                continue;
            }
            left += left < older.Count && older.Timestamps[left] == newer.Timestamps[right] ? 1 : 0;
            Add(newer.Timestamps[right], newer.Values[right]);
            right++;
        }
    }

    /// <summary>Removes samples in [from, until]; nothing when that is empty.</summary>
    public void Remove(long from, long until)
    {
        if (from > until)
        {
            return;
        }
        var first = FirstAfter(Timestamps, from - 1);
        var next = FirstAfter(Timestamps, until);
        _timestamps.AsSpan(_start + next, Count - next).CopyTo(_timestamps.AsSpan(_start + first));
        _values.AsSpan(_start + next, Count - next).CopyTo(_values.AsSpan(_start + first));
        _end -= next - first;
    }

    /// <summary>Index of the first stamp above <paramref name="timestamp"/>; the length when there is none.</summary>
    public static int FirstAfter(ReadOnlySpan<long> timestamps, long timestamp)
    {
        if (timestamps.Length == 0 || timestamps[^1] <= timestamp)
        {
            return timestamps.Length;
        }
        if (timestamps[0] > timestamp)
        {
            return 0;
        }
        var (low, high) = (0, timestamps.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (timestamps[middle] > timestamp)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }

    private void Reserve(int samples)
    {
        if (_end + samples > _timestamps.Length)
        {
            var length = Math.Max(_timestamps.Length * 2, _end + samples);
            Array.Resize(ref _timestamps, length);
            Array.Resize(ref _values, length);
        }
    }
}
