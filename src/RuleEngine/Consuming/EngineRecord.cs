using System.Buffers.Binary;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>What a record of the engine's journal is. The numbers are on disk.</summary>
internal enum EngineRecordKind : byte
{
    /// <summary>Samples and run events; a small frame without log rows follows.</summary>
    Frame = 1,

    /// <summary>A frame in which nothing is for the engine: only its name counts.</summary>
    Mark = 2,

    /// <summary>A Collector says that it lives.</summary>
    Heartbeat = 3,

    /// <summary>A frame that could not be read and was set aside.</summary>
    DeadLetter = 4,

    /// <summary>A minute has passed: live series are written again. It has no frame.</summary>
    Tick = 5,

    /// <summary>Somebody deletes samples: a <see cref="DeletionOrder"/> in the place of a frame.</summary>
    Deletion = 6,
}

/// <summary>
/// One record of the engine's journal. All that the state is made of is in it, the engine's clock included, so that a replay makes the same state.
/// Layout, little endian: format version (1 byte), kind (1), engine time in Unix milliseconds (8), incarnation (8), sequence (8), stream offset or -1 (8),
/// then the frame if there is one; its header names the environment.
/// </summary>
internal readonly record struct EngineRecord(EngineRecordKind Kind, long EngineTimeMilliseconds, FrameName Name, long? StreamOffset, ReadOnlyMemory<byte> Frame)
{
    public const byte FormatVersion = 1;

    public const int HeaderLength =
        2       // format version and kind
        + 8     // engine time
        + 16    // frame name
        + 8;    // stream offset

    public void WriteHeader(Span<byte> target)
    {
        target[0] = FormatVersion;
        target[1] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(target[2..], EngineTimeMilliseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(target[10..], Name.Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(target[18..], Name.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[26..], StreamOffset ?? -1);
    }

    /// <exception cref="InvalidDataException">Not a record of a version that this program reads.</exception>
    public static EngineRecord Read(ReadOnlyMemory<byte> content)
    {
        var bytes = content.Span;
        if (bytes.Length < HeaderLength || bytes[0] != FormatVersion || bytes[1] is < (byte)EngineRecordKind.Frame or > (byte)EngineRecordKind.Deletion)
        {
            throw new InvalidDataException(bytes.Length < HeaderLength
                ? $"a journal record has at least {HeaderLength} bytes, this has {bytes.Length}"
                : $"a journal record has format version {bytes[0]} and kind {bytes[1]}; this program reads version {FormatVersion} and kinds up to {(byte)EngineRecordKind.Deletion}: upgrade it first");
        }
        var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[26..]);
        return new EngineRecord((EngineRecordKind)bytes[1], BinaryPrimitives.ReadInt64LittleEndian(bytes[2..]),
            new FrameName(BinaryPrimitives.ReadUInt64LittleEndian(bytes[10..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[18..])),
            offset < 0 ? null : offset, content[HeaderLength..]);
    }
}
