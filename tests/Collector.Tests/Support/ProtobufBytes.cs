using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Observability.Collector.Tests.Support;

/// <summary>Writes the protobuf wire format by field numbers: what a test needs of an encoder that is not the one under test.</summary>
internal sealed class ProtobufBytes
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public ProtobufBytes Varint(int field, ulong value)
    {
        Number((ulong)field << 3);
        Number(value);
        return this;
    }

    public ProtobufBytes Fixed64(int field, ulong value)
    {
        Number(((ulong)field << 3) | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public ProtobufBytes Double(int field, double value) => Fixed64(field, (ulong)BitConverter.DoubleToInt64Bits(value));

    public ProtobufBytes Bytes(int field, ReadOnlySpan<byte> value)
    {
        Number(((ulong)field << 3) | 2);
        Number((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtobufBytes Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufBytes Message(int field, Action<ProtobufBytes> write)
    {
        var inner = new ProtobufBytes();
        write(inner);
        return Bytes(field, inner.ToArray());
    }

    private void Number(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }
        _bytes.Write([(byte)value]);
    }
}
