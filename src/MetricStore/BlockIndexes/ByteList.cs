using System.Buffers.Binary;

namespace Observability.MetricStore.BlockIndexes;

/// <summary>Bytes that are written behind each other, numbers as LEB128.</summary>
internal sealed class ByteList
{
    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        Length += sizeof(uint);
    }

    public void WriteVarint(ulong value)
    {
        var target = Reserve(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }
        target[length++] = (byte)value;
        Length += length;
    }

    private Span<byte> Reserve(int count)
    {
        if (Length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(checked(_bytes.Length * 2), Length + count));
        }
        return _bytes.AsSpan(Length);
    }

    /// <summary>Reads what <see cref="WriteVarint"/> wrote and moves the position behind it.</summary>
    public static ulong ReadVarint(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = source[position++];
        if (value < 0x80)
        {
            return value;
        }
        value &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            ulong next = source[position++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
