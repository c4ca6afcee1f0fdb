using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Observability.Collector.Receiving.Otlp.Protobuf;

/// <summary>How a field's bytes are laid out (protobuf encoding, "Message Structure"). Groups (3, 4) are refused: OTLP has none.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Walks one message of the protobuf wire format where it lies. Positions count from the start of the whole payload, so every error can say at which byte.
/// </summary>
internal ref struct ProtobufReader
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly int _end;
    private int _position;
    private int _field;
    private WireType _type;

    public ProtobufReader(ReadOnlySpan<byte> payload)
        : this(payload, 0, payload.Length)
    {
    }

    private ProtobufReader(ReadOnlySpan<byte> payload, int start, int end)
    {
        _payload = payload;
        _position = start;
        _end = end;
    }

    public readonly int Position => _position;

    public readonly bool AtEnd => _position >= _end;

    /// <summary>Field number after <see cref="MoveNext"/>.</summary>
    public readonly int Field => _field;

    /// <summary>The next field; its value must then be read or skipped. False at the end of the message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        if (AtEnd)
        {
            return false;
        }
        // Fields up to 15 have tags of one byte: all of OTLP's that come often.
        uint tag = _payload[_position];
        if (tag < 0x80 && IsTag(tag))
        {
            _position++;
            _field = (int)(tag >> 3);
            _type = (WireType)(tag & 7);
            return true;
        }
        return MoveNextLong();
    }

    public void Skip()
    {
        switch (_type)
        {
            case WireType.Varint:
                ReadVarintUnchecked();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Bytes:
                Take(ReadLength());
                break;
            default:
                Take(4);
                break;
        }
    }

    public ProtobufReader ReadMessage(string name)
    {
        var (offset, length) = ReadBytes(name);
        return new ProtobufReader(_payload, offset, offset + length);
    }

    /// <summary>A text, bytes, or packed numbers: where they lie in the payload.</summary>
    public (int Offset, int Length) ReadBytes(string name)
    {
        Require(WireType.Bytes, name);
        var length = ReadLength();
        var offset = _position;
        Take(length);
        return (offset, length);
    }

    public OtlpValue ReadText(string name)
    {
        var (offset, length) = ReadBytes(name);
        return OtlpValue.Text(offset, length);
    }

    /// <summary>
    /// A whole <c>KeyValue</c> in the form that nearly all of them have: key, then one value that is no array or map, lengths of one byte each. Read in one
    /// go, because attributes are most of a request. False, with nothing read, for every other form.
    /// </summary>
    public bool TryReadShortAttribute(out OtlpAttribute attribute)
    {
        const byte keyTag = 0x0A;       // field 1, wire type 2
        const byte valueTag = 0x12;     // field 2, wire type 2
        attribute = default;
        var rest = _payload[_position.._end];
        if (_type != WireType.Bytes || rest.Length < 7 || rest[0] >= 0x80 || rest[0] >= rest.Length || rest[1] != keyTag || rest[2] is 0 or >= 0x80)
        {
            return false;
        }
        var message = rest.Slice(1, rest[0]);
        var keyLength = message[1];
        var value = 2 + keyLength;      // where its tag stands
        if (message.Length < value + 4 || message[value] != valueTag || message[value + 1] != message.Length - value - 2
            || !TryReadShortValue(message[(value + 2)..], _position + value + 3, out var read))
        {
            return false;
        }
        attribute = new OtlpAttribute(OtlpValue.Text(_position + 3, keyLength), read);
        _position += 1 + message.Length;
        return true;
    }

    /// <param name="message">An <c>AnyValue</c> of two bytes at least.</param>
    /// <param name="start">Where it begins in the payload.</param>
    /// <param name="value">The only field of it.</param>
    private static bool TryReadShortValue(ReadOnlySpan<byte> message, int start, out OtlpValue value)
    {
        const byte textTag = 0x0A;      // field 1, wire type 2
        const byte booleanTag = 0x10;   // field 2, wire type 0
        const byte integerTag = 0x18;   // field 3, wire type 0
        const byte doubleTag = 0x21;    // field 4, wire type 1
        value = default;
        switch (message[0])
        {
            case textTag when message[1] == message.Length - 2:
                value = OtlpValue.Text(start + 2, message.Length - 2);
                return true;
            case booleanTag when message.Length == 2 && message[1] < 0x80:
                value = OtlpValue.Boolean(message[1] != 0);
                return true;
            case doubleTag when message.Length == 9:
                value = OtlpValue.Double(BinaryPrimitives.ReadDoubleLittleEndian(message[1..]));
                return true;
            case integerTag when message.Length <= 9:
                // Up to eight bytes of seven bits: a number with the top bits set takes the long way.
                long number = 0;
                for (var i = 1; i < message.Length; i++)
                {
                    number |= (long)(message[i] & 0x7F) << (7 * (i - 1));
                    if (message[i] < 0x80 != (i == message.Length - 1))
                    {
                        return false;
                    }
                }
                value = OtlpValue.Integer(number);
                return true;
            default:
                return false;
        }
    }

    public ulong ReadFixed64(string name)
    {
        Require(WireType.Fixed64, name);
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
    }

    public double ReadDouble(string name)
    {
        Require(WireType.Fixed64, name);
        return BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
    }

    public ulong ReadVarint(string name)
    {
        Require(WireType.Varint, name);
        return ReadVarintUnchecked();
    }

    /// <summary>The next of packed varints: where a message would have its fields, they stand without tags.</summary>
    public ulong ReadPackedVarint() => ReadVarintUnchecked();

    public uint ReadFixed32(string name)
    {
        Require(WireType.Fixed32, name);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    /// <summary>True for a repeated number field whose values are packed into one field; writers may also send them one by one.</summary>
    public readonly bool IsPacked => _type == WireType.Bytes;

    public readonly MalformedPayloadException Malformed(string reason) =>
        new($"not a protobuf message of this endpoint: {reason}", string.Create(CultureInfo.InvariantCulture, $"byte {_position}"));

    private static bool IsTag(ulong tag)
    {
        const uint types = 1 << (int)WireType.Varint | 1 << (int)WireType.Fixed64 | 1 << (int)WireType.Bytes | 1 << (int)WireType.Fixed32;
        return tag is >= 8 and <= uint.MaxValue && (types >> (int)(tag & 7) & 1) != 0;
    }

    private bool MoveNextLong()
    {
        var tag = ReadVarintUnchecked();
        _field = (int)(tag >> 3);
        _type = (WireType)(tag & 7);
        return IsTag(tag) ? true : throw Malformed($"no field begins here (field {_field}, wire type {(int)_type})");
    }

    private ulong ReadVarintUnchecked()
    {
        // Tags and lengths are mostly one byte.
        if (_position < _end && _payload[_position] < 0x80)
        {
            return _payload[_position++];
        }
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _end)
            {
                throw Malformed("a number is cut off at the end");
            }
            var next = _payload[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw Malformed("a number is longer than ten bytes");
    }

    private int ReadLength()
    {
        var length = ReadVarintUnchecked();
        if (length > (ulong)(_end - _position))
        {
            throw Malformed($"field {_field} announces {length} bytes, {_end - _position} are left");
        }
        return (int)length;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _end - _position)
        {
            throw Malformed($"field {_field} needs {count} bytes, {_end - _position} are left");
        }
        var span = _payload.Slice(_position, count);
        _position += count;
        return span;
    }

    private readonly void Require(WireType expected, string name)
    {
        if (_type != expected)
        {
            throw Malformed($"field {_field} ({name}) has wire type {(int)_type}, {(int)expected} expected");
        }
    }
}
