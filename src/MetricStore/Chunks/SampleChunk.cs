using System.Buffers.Binary;

namespace Observability.MetricStore.Chunks;

/// <summary>
/// Samples of one series, stamps ascending, packed into bits (<see cref="ChunkEncoder"/>). Grows only at its end: bits below what <see cref="Count"/>
/// covers never change, so a reader takes the count once, then the bytes, and needs no lock. A late or corrected sample makes a new chunk.
/// </summary>
internal sealed class SampleChunk
{
    /// <summary>Bigger: packed a little closer, but more is unpacked for a short range and rewritten for a late sample. At 15 s it is half an hour.</summary>
    public const int MaximumSamples = 128;

    /// <summary>Readers and the writer touch eight bytes at a time, so that many zeros follow the last bit.</summary>
    public const int PaddingBytes = 8;

    /// <summary>Room of a new chunk: most series of a short-lived job end before they fill it.</summary>
    private const int FirstBytes = 40;

    private byte[] _bytes;
    private int _bitLength;
    private int _count;
    private int _begun;
    private long _last;
    private double _lastValue;

    public SampleChunk(long first)
    {
        First = _last = first;
        _bytes = new byte[FirstBytes];
    }

    private SampleChunk(long first, long last, int count, byte[] padded)
    {
        (First, _last, _count, _bytes) = (first, last, count, padded);
        // Its newest value is only in the packed bits.
        _begun = -1;
        _bitLength = (padded.Length - PaddingBytes) * 8;
    }

    public long First { get; }

    /// <summary>Of the newest sample; may already belong to a sample that a reader's count does not cover.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Readers take it before they take <see cref="Bytes"/>.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>At least the bits of <see cref="Count"/> samples, and the padding.</summary>
    public ReadOnlySpan<byte> Bytes => Volatile.Read(ref _bytes);

    /// <summary>A finished chunk from stored bytes; <paramref name="padded"/> ends with the padding.</summary>
    public static SampleChunk FromStored(long first, long last, int count, byte[] padded) => new(first, last, count, padded);

    /// <summary>The packed samples without padding. For the writer, or once nothing is appended any more.</summary>
    public ReadOnlySpan<byte> Packed => _bytes.AsSpan(0, (_bitLength + 7) / 8);

    /// <summary>Nothing will be appended: gives back the room that was kept for it.</summary>
    public void Close()
    {
        var needed = Packed.Length + PaddingBytes;
        if (_bytes.Length > needed)
        {
            Volatile.Write(ref _bytes, _bytes.AsSpan(0, needed).ToArray());
        }
    }

    /// <summary>The low <paramref name="count"/> bits, 57 at most, the highest first.</summary>
    internal void AppendBits(ulong bits, int count)
    {
        var start = _bitLength >> 3;
        if (start + 2 * PaddingBytes > _bytes.Length)
        {
            var larger = new byte[_bytes.Length * 2];
            _bytes.CopyTo(larger, 0);
            Volatile.Write(ref _bytes, larger);
        }
        var target = _bytes.AsSpan(start, sizeof(ulong));
        var shift = 64 - (_bitLength & 7) - count;
        BinaryPrimitives.WriteUInt64BigEndian(target, BinaryPrimitives.ReadUInt64BigEndian(target) | (bits << shift));
        _bitLength += count;
    }

    /// <summary>The newest of <paramref name="count"/> samples without unpacking; false when there are more by now, or when it is known from the bits alone.</summary>
    public bool TryReadNewest(int count, out long timestamp, out double value)
    {
        // The writer raises one count before it touches the two fields and the other one behind: both the same, before and after, means untouched.
        var isWhole = Count == count;
        timestamp = Volatile.Read(ref _last);
        value = Volatile.Read(ref _lastValue);
        return isWhole && Volatile.Read(ref _begun) == count;
    }

    /// <summary>Shows a sample to readers whose bits are all in place.</summary>
    internal void Publish(long timestamp, double value)
    {
        Volatile.Write(ref _begun, _count + 1);
        Volatile.Write(ref _last, timestamp);
        Volatile.Write(ref _lastValue, value);
        Volatile.Write(ref _count, _count + 1);
    }
}
