using System.Numerics;
using System.Runtime.CompilerServices;

namespace Observability.LogStore.Segments.Rows;

/// <summary>LEB128: seven bits a byte, low first; signed numbers as zigzag, so that small ones of either sign stay short.</summary>
internal static class Varint
{
    public static void Write(ref GrowingArray<byte> target, ulong value)
    {
        if (value < 0x80)
        {
            // Lengths, positions, differences of times: mostly.
            target.Add((byte)value);
            return;
        }
        var span = target.Reserve((70 - BitOperations.LeadingZeroCount(value)) / 7);
        for (var i = 0; i < span.Length - 1; i++)
        {
            span[i] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[^1] = (byte)value;
    }

    public static void WriteSigned(ref GrowingArray<byte> target, long value) => Write(ref target, (ulong)((value << 1) ^ (value >> 63)));

    /// <exception cref="IndexOutOfRangeException">The bytes end in the middle of a number.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var first = bytes[offset++];
        return first < 0x80 ? first : ReadRest(first & 0x7FU, bytes, ref offset);
    }

    public static long ReadSigned(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var value = Read(bytes, ref offset);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public static ReadOnlySpan<byte> ReadText(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var length = checked((int)Read(bytes, ref offset));
        var text = bytes.Slice(offset, length);
        offset += length;
        return text;
    }

    private static ulong ReadRest(ulong value, ReadOnlySpan<byte> bytes, ref int offset)
    {
        for (var shift = 7; ; shift += 7)
        {
            var next = bytes[offset++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80 || shift > 56)
            {
                return value;
            }
        }
    }
}
