namespace Observability.MetricStore.Head;

/// <summary>
/// Two columns of samples, stamps ascending. Grows only at its end and only up to its capacity; what lies below <see cref="Count"/> never changes,
/// so readers take slices of it without a lock and without copying. A late or corrected sample makes a new chunk.
/// </summary>
internal sealed class SampleChunk
{
    /// <summary>Bigger: fewer objects, but more is copied for a late sample and retention is coarser. 128 samples at 15 s are half an hour.</summary>
    public const int MaximumSamples = 128;

    private readonly long[] _timestamps;
    private readonly double[] _values;
    private int _count;

    public SampleChunk(int capacity)
    {
        _timestamps = new long[capacity];
        _values = new double[capacity];
    }

    public SampleChunk(ReadOnlySpan<long> timestamps, ReadOnlySpan<double> values, int capacity)
        : this(capacity)
    {
        timestamps.CopyTo(_timestamps);
        values.CopyTo(_values);
        _count = timestamps.Length;
    }

    /// <summary>Readers take it once and then look only below it.</summary>
    public int Count => Volatile.Read(ref _count);

    public int Capacity => _timestamps.Length;

    public long First => _timestamps[0];

    public long TimestampAt(int index) => _timestamps[index];

    public double ValueAt(int index) => _values[index];

    public ReadOnlyMemory<long> Timestamps(int start, int count) => _timestamps.AsMemory(start, count);

    public ReadOnlyMemory<double> Values(int start, int count) => _values.AsMemory(start, count);

    /// <summary>The writer only. The count is published after the sample is in place.</summary>
    public void Append(long timestamp, double value)
    {
        _timestamps[_count] = timestamp;
        _values[_count] = value;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Index of the first of the <paramref name="count"/> samples with a stamp above <paramref name="timestamp"/>.</summary>
    public int FirstAfter(long timestamp, int count)
    {
        var low = 0;
        var high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_timestamps[middle] > timestamp)
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
}
