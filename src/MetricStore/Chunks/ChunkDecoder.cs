using System.Buffers.Binary;

namespace Observability.MetricStore.Chunks;

/// <summary>Unpacks what <see cref="ChunkEncoder"/> packs, a whole chunk at a time: its state lives in registers.</summary>
internal static class ChunkDecoder
{
    /// <param name="bytes">Packed samples and the padding.</param>
    /// <param name="count">Samples to unpack: the length of both targets.</param>
    /// <param name="timestamps">Unix milliseconds.</param>
    /// <param name="values">Bit by bit as they were appended.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes end before the samples do. Stored chunks are checked by their checksum first.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, int count, Span<long> timestamps, Span<double> values)
    {
        if (count == 0)
        {
            return;
        }
        var timestamp = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var value = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        timestamps[0] = timestamp;
        values[0] = BitConverter.UInt64BitsToDouble(value);
        long interval = 0;
        var (leading, trailing) = (0, 0);
        var position = 128;
        for (var i = 1; i < count; i++)
        {
            var next = Peek(bytes, position);
            if ((long)next < 0)
            {
                interval += ReadChange(bytes, next, ref position);
                next = Peek(bytes, position);
            }
            else
            {
                next <<= 1;
                position++;
            }
            timestamp += interval;
            if ((long)next >= 0)
            {
                position++;
            }
            else
            {
                value ^= ReadDifference(bytes, next, ref position, ref leading, ref trailing);
            }
            timestamps[i] = timestamp;
            values[i] = BitConverter.UInt64BitsToDouble(value);
        }
    }

    /// <summary>The bits from a position on, the first one highest; 57 of them are sure to be there.</summary>
    private static ulong Peek(ReadOnlySpan<byte> bytes, int position) =>
        BinaryPrimitives.ReadUInt64BigEndian(bytes[(position >> 3)..]) << (position & 7);

    private static long ReadChange(ReadOnlySpan<byte> bytes, ulong next, ref int position)
    {
        if (next >> 62 == 0b10)
        {
            position += 2 + 14;
            return (long)(next << 2) >> (64 - 14);
        }
        if (next >> 61 == 0b110)
        {
            position += 3 + 17;
            return (long)(next << 3) >> (64 - 17);
        }
        if (next >> 60 == 0b1110)
        {
            position += 4 + 20;
            return (long)(next << 4) >> (64 - 20);
        }
        position += 4;
        return (long)Read(bytes, 64, ref position);
    }

    private static ulong ReadDifference(ReadOnlySpan<byte> bytes, ulong next, ref int position, ref int leading, ref int trailing)
    {
        if (next >> 62 == 0b10)
        {
            position += 2;
        }
        else
        {
            leading = (int)(next >> 57) & 31;
            trailing = 64 - leading - ((int)(next >> 51) & 63) - 1;
            position += 2 + 5 + 6;
        }
        return Read(bytes, 64 - leading - trailing, ref position) << trailing;
    }

    private static ulong Read(ReadOnlySpan<byte> bytes, int length, ref int position)
    {
        ulong high = 0;
        if (length > 32)
        {
            high = Peek(bytes, position) >> (64 - (length - 32)) << 32;
            position += length - 32;
            length = 32;
        }
        var low = Peek(bytes, position) >> (64 - length);
        position += length;
        return high | low;
    }
}
