using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Observability.Telemetry;

/// <summary>Reads what <see cref="ByteBuffer"/> wrote; every read is checked against the end.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes, int offset = 0)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Offset { get; private set; } = offset;

    public readonly bool AtEnd => Offset >= _bytes.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        if ((uint)Offset >= (uint)_bytes.Length)
        {
            ThrowTooShort(1);
        }
        return _bytes[Offset++];
    }

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public ReadOnlySpan<byte> ReadText() => Take(ReadCount());

    /// <summary>A varint that counts bytes or items, hence at most what is left.</summary>
    public int ReadCount()
    {
        var value = ReadVarint();
        if (value > (ulong)(_bytes.Length - Offset))
        {
            ThrowTooMany(value);
        }
        return (int)value;
    }

    public int ReadIndex(int count, string what)
    {
        var value = ReadVarint();
        if (value >= (ulong)count)
        {
            ThrowNoSuch(value, count, what);
        }
        return (int)value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarint()
    {
        // Positions in a dictionary, types, lengths of short texts: mostly one byte.
        if ((uint)Offset < (uint)_bytes.Length && _bytes[Offset] < 0x80)
        {
            return _bytes[Offset++];
        }
        return ReadLongVarint();
    }

    public long ReadSigned()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - Offset))
        {
            ThrowTooShort(count);
        }
        var span = _bytes.Slice(Offset, count);
        Offset += count;
        return span;
    }

    private ulong ReadLongVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw new FrameFormatException("a varint is longer than ten bytes", Offset);
    }

    // Apart from the reads, which are inlined where rows are walked: a message that is made up there would keep them from it.
    [DoesNotReturn]
    private readonly void ThrowTooShort(int count) => throw new FrameFormatException($"{count} bytes expected, {_bytes.Length - Offset} left", Offset);

    [DoesNotReturn]
    private readonly void ThrowTooMany(ulong value) =>
        throw new FrameFormatException($"a count of {value} is more than the {_bytes.Length - Offset} bytes that are left", Offset);

    [DoesNotReturn]
    private readonly void ThrowNoSuch(ulong value, int count, string what) => throw new FrameFormatException($"{what} {value} does not exist, there are {count}", Offset);
}
