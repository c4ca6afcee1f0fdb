namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>
/// The buckets of an exponential histogram's point, and how many of its values lie below a power of two. A sender moves its buckets with what it measures
/// (opentelemetry-proto, ExponentialHistogramDataPoint); a classic histogram needs bounds that stay, or its series could be neither added up nor compared over
/// time. Powers of two are bounds at every scale from 0 on, so nothing is guessed; what a coarser bucket holds counts from the first power above it.
/// </summary>
internal sealed class ExponentialBuckets
{
    /// <summary>Senders keep 160 unless told otherwise. Bigger: more memory for one point.</summary>
    private const int MaximumBuckets = 1_024;

    /// <summary>The finest that SDKs write is 20. Beyond this, bounds are no longer different numbers.</summary>
    private const int MaximumScale = 32;

    private readonly List<ulong> _positive = [];
    private ulong _negative;
    private int _buckets;
    private int _next;
    private ulong _counted;
    private bool _zeroIsCounted;

    public long Scale { get; set; }

    public ulong ZeroCount { get; set; }

    public double ZeroThreshold { get; set; }

    /// <summary>Index of the first positive bucket: bucket i ends at 2^((i + 1) / 2^scale).</summary>
    public long Offset { get; set; }

    /// <summary>Null when the point can be counted.</summary>
    public string? Refusal =>
        Scale is < -MaximumScale or > MaximumScale ? $"an exponential histogram has the scale {Scale}; -{MaximumScale} to {MaximumScale} is expected"
        : _buckets > MaximumBuckets ? $"an exponential histogram has more than {MaximumBuckets} buckets"
        : null;

    public void Clear()
    {
        _positive.Clear();
        (_buckets, _next, _zeroIsCounted) = (0, 0, false);
        _negative = _counted = ZeroCount = 0;
        Scale = Offset = 0;
        ZeroThreshold = 0;
    }

    /// <summary>The next bucket. Where a negative one lies does not matter: no bound is below it.</summary>
    public void Add(ulong count, bool isPositive)
    {
        _buckets++;
        if (!isPositive)
        {
            _negative += count;
        }
        else if (_buckets <= MaximumBuckets)
        {
            _positive.Add(count);
        }
    }

    /// <summary>
    /// The powers of two that are bounds, by the unit: 30 or so around what things of that unit take, from 0.1 ms to 18 h, from 64 B to 64 GiB. What lies below
    /// is in the lowest bucket, what lies above only in the total.
    /// </summary>
    public static (int Lowest, int Highest) PowersOf(ReadOnlySpan<byte> unit)
    {
        if (unit.SequenceEqual("s"u8))
        {
            return (-13, 16);
        }
        if (unit.SequenceEqual("ms"u8))
        {
            return (-3, 26);
        }
        if (unit.SequenceEqual("us"u8))
        {
            return (7, 36);
        }
        if (unit.SequenceEqual("ns"u8))
        {
            return (17, 46);
        }
        return unit.SequenceEqual("By"u8) ? (6, 36) : (-10, 30);
    }

    /// <summary>How many values are not above 2^<paramref name="power"/>. Powers must rise from call to call.</summary>
    public ulong CountUpTo(int power)
    {
        while (_next < _positive.Count && Math.ScaleB((double)Offset + _next + 1, (int)-Scale) <= power)
        {
            _counted += _positive[_next++];
        }
        if (!_zeroIsCounted && ZeroThreshold <= Math.ScaleB(1.0, power))
        {
            _zeroIsCounted = true;
            _counted += ZeroCount;
        }
        return _counted + _negative;
    }
}
