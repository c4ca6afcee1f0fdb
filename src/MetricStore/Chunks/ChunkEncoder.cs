using System.Numerics;

namespace Observability.MetricStore.Chunks;

/// <summary>
/// Appends samples to a chunk: stamps as differences of differences, values as the exclusive-or with the value before (Pelkonen et al., "Gorilla: a fast,
/// scalable, in-memory time series database", VLDB 2015; the widths are those of Prometheus' chunks, which also count in milliseconds). A regular series
/// whose value does not change costs two bits a sample. Layout, bits from the highest: the first stamp and value with 64 bits each; then for each sample
/// <list type="bullet">
/// <item>the change of the interval: <c>0</c> none · <c>10</c> 14 bits · <c>110</c> 17 · <c>1110</c> 20 · <c>1111</c> 64, two's complement; the interval before the first is 0;</item>
/// <item>the value: <c>0</c> the same · <c>10</c> bits inside the window of the value before · <c>11</c> a new window: leading zeros (5 bits), length less one (6), then the bits.</item>
/// </list>
/// It holds what the next sample is relative to; kept once for each series, not for each chunk.
/// </summary>
internal struct ChunkEncoder
{
    /// <summary>Five bits tell the leading zeros.</summary>
    private const int MaximumLeadingZeros = 31;

    private const byte NoWindow = 0xFF;

    private long _timestamp;
    private long _interval;
    private long _value;
    private byte _leadingZeros;
    private byte _trailingZeros;

    /// <param name="chunk">The one that this encoder appends to.</param>
    /// <param name="timestamp">After the chunk's newest.</param>
    /// <param name="value">Any, NaN payloads included.</param>
    public void Append(SampleChunk chunk, long timestamp, double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        if (chunk.Count == 0)
        {
            Append64(chunk, timestamp);
            Append64(chunk, bits);
            (_interval, _leadingZeros) = (0, NoWindow);
        }
        else
        {
            var interval = timestamp - _timestamp;
            AppendChange(chunk, interval - _interval);
            _interval = interval;
            AppendValue(chunk, (ulong)(bits ^ _value));
        }
        (_timestamp, _value) = (timestamp, bits);
        chunk.Publish(timestamp, value);
    }

    /// <summary>A new chunk of these samples, to which this encoder can append.</summary>
    public SampleChunk Pack(ReadOnlySpan<long> timestamps, ReadOnlySpan<double> values)
    {
        var chunk = new SampleChunk(timestamps[0]);
        for (var i = 0; i < timestamps.Length; i++)
        {
            Append(chunk, timestamps[i], values[i]);
        }
        return chunk;
    }

    private static void AppendChange(SampleChunk chunk, long change)
    {
        switch (change)
        {
            case 0:
                chunk.AppendBits(0b0, 1);
                break;
            case >= -(1L << 13) and < 1L << 13:
                chunk.AppendBits((0b10UL << 14) | Low(change, 14), 2 + 14);
                break;
            case >= -(1L << 16) and < 1L << 16:
                chunk.AppendBits((0b110UL << 17) | Low(change, 17), 3 + 17);
                break;
            case >= -(1L << 19) and < 1L << 19:
                chunk.AppendBits((0b1110UL << 20) | Low(change, 20), 4 + 20);
                break;
            default:
                chunk.AppendBits(0b1111, 4);
                Append64(chunk, change);
                break;
        }
    }

    private void AppendValue(SampleChunk chunk, ulong difference)
    {
        if (difference == 0)
        {
            chunk.AppendBits(0b0, 1);
            return;
        }
        var leading = Math.Min(BitOperations.LeadingZeroCount(difference), MaximumLeadingZeros);
        var trailing = BitOperations.TrailingZeroCount(difference);
        if (_leadingZeros != NoWindow && leading >= _leadingZeros && trailing >= _trailingZeros)
        {
            chunk.AppendBits(0b10, 2);
            AppendWindow(chunk, difference >> _trailingZeros, 64 - _leadingZeros - _trailingZeros);
            return;
        }
        (_leadingZeros, _trailingZeros) = ((byte)leading, (byte)trailing);
        var length = 64 - leading - trailing;
        chunk.AppendBits((0b11UL << 11) | ((ulong)leading << 6) | (uint)(length - 1), 2 + 5 + 6);
        AppendWindow(chunk, difference >> trailing, length);
    }

    private static void AppendWindow(SampleChunk chunk, ulong bits, int length)
    {
        if (length > 32)
        {
            chunk.AppendBits(bits >> 32, length - 32);
            (bits, length) = (bits & 0xFFFF_FFFF, 32);
        }
        chunk.AppendBits(bits, length);
    }

    private static void Append64(SampleChunk chunk, long bits)
    {
        chunk.AppendBits((ulong)bits >> 32, 32);
        chunk.AppendBits((ulong)bits & 0xFFFF_FFFF, 32);
    }

    private static ulong Low(long value, int bits) => (ulong)value & ((1UL << bits) - 1);
}
