using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Observability.Telemetry;

/// <summary>A growable pooled byte buffer with the primitives of the frame format. Keeps its array between frames, so that writing allocates nothing.</summary>
internal sealed class ByteBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Bytes already written, to be filled in once a length is known.</summary>
    public Span<byte> WrittenForPatch(int offset, int count) => _bytes.AsSpan(0, Length).Slice(offset, count);

    public void Clear() => Length = 0;

    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }
        var span = _bytes.AsSpan(Length, count);
        Length += count;
        return span;
    }

    public void WriteByte(byte value)
    {
        if (Length == _bytes.Length)
        {
            Grow(1);
        }
        _bytes[Length++] = value;
    }

    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Reserve(8), value);

    /// <summary>LEB128: seven bits a byte, low first.</summary>
    public void WriteVarint(ulong value)
    {
        // Positions in a dictionary, lengths of short texts, differences of times: mostly one byte.
        if (value < 0x80)
        {
            WriteByte((byte)value);
            return;
        }
        var length = Math.Max(1, (70 - BitOperations.LeadingZeroCount(value)) / 7);
        var span = Reserve(length);
        for (var i = 0; i < length - 1; i++)
        {
            span[i] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[length - 1] = (byte)value;
    }

    public void WriteVarint(int value) => WriteVarint((ulong)(uint)value);

    /// <summary>Zigzag: small numbers of either sign stay short.</summary>
    public void WriteSigned(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    public void WriteText(ReadOnlySpan<byte> utf8)
    {
        WriteVarint(utf8.Length);
        WriteBytes(utf8);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
