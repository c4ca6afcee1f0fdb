using System.Buffers.Binary;

namespace Observability.Telemetry;

/// <summary>Reads what <see cref="ByteBuffer"/> wrote; every read is checked against the end.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes, int offset = 0)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Offset { get; private set; } = offset;

    public readonly bool AtEnd => Offset >= _bytes.Length;

    public byte ReadByte() => Take(1)[0];

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
            throw new FrameFormatException($"a count of {value} is more than the {_bytes.Length - Offset} bytes that are left", Offset);
        }
        return (int)value;
    }

    public int ReadIndex(int count, string what)
    {
        var value = ReadVarint();
        if (value >= (ulong)count)
        {
            throw new FrameFormatException($"{what} {value} does not exist, there are {count}", Offset);
        }
        return (int)value;
    }

    public ulong ReadVarint()
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

    public long ReadSigned()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _bytes.Length - Offset)
        {
            throw new FrameFormatException($"{count} bytes expected, {_bytes.Length - Offset} left", Offset);
        }
        var span = _bytes.Slice(Offset, count);
        Offset += count;
        return span;
    }
}
