using System.Text;

namespace Observability.StateStore;

/// <summary>
/// The binary form of <see cref="StateChanges"/>, in journal records and in snapshots. Little-endian; a text is its UTF-8 length in 4 bytes and its bytes,
/// a content alike. Record: format version 1, version 8, then parts, each beginning with its kind in one byte.
/// </summary>
internal static class StateCodec
{
    /// <summary>Raise it when a part changes its layout; append a new kind for something new.</summary>
    public const byte FormatVersion = 1;

    public static byte[] Encode(StateChanges changes)
    {
        using var stream = new MemoryStream(256);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        Write(writer, changes);
        writer.Flush();
        return stream.ToArray();
    }

    public static StateChanges Decode(ReadOnlyMemory<byte> record)
    {
        using var stream = new MemoryStream(record.ToArray(), writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        return Read(reader);
    }

    public static void Write(BinaryWriter writer, StateChanges changes)
    {
        writer.Write(FormatVersion);
        writer.Write(changes.Version);
        foreach (var document in changes.Written)
        {
            writer.Write((byte)PartKind.Written);
            WriteText(writer, document.Collection);
            WriteText(writer, document.Key);
            writer.Write(document.Version);
            WriteContent(writer, document.Content);
        }
        foreach (var (collection, key) in changes.Deleted)
        {
            writer.Write((byte)PartKind.Deleted);
            WriteText(writer, collection);
            WriteText(writer, key);
        }
        foreach (var row in changes.Enqueued)
        {
            writer.Write((byte)PartKind.Enqueued);
            writer.Write(row.Id);
            WriteText(writer, row.Topic);
            WriteText(writer, row.Key);
            WriteContent(writer, row.Content);
        }
        foreach (var id in changes.Acknowledged)
        {
            writer.Write((byte)PartKind.Acknowledged);
            writer.Write(id);
        }
        foreach (var lease in changes.Leases)
        {
            writer.Write((byte)PartKind.Lease);
            WriteText(writer, lease.Name);
            WriteText(writer, lease.Holder);
            writer.Write(lease.Epoch);
            writer.Write(lease.ExpiresAt.UtcTicks);
        }
        writer.Write((byte)PartKind.End);
    }

    /// <exception cref="InvalidDataException">Not written by this version or an older one.</exception>
    public static StateChanges Read(BinaryReader reader)
    {
        var format = reader.ReadByte();
        if (format != FormatVersion)
        {
            throw new InvalidDataException($"state has format version {format}; this program knows {FormatVersion}. Start the newer program that wrote it");
        }
        var changes = new StateChanges(reader.ReadUInt64());
        while (true)
        {
            var kind = (PartKind)reader.ReadByte();
            switch (kind)
            {
                case PartKind.Written:
                    changes.Written.Add(new StateDocument(ReadText(reader), ReadText(reader), reader.ReadUInt64(), ReadContent(reader)));
                    break;
                case PartKind.Deleted:
                    changes.Deleted.Add((ReadText(reader), ReadText(reader)));
                    break;
                case PartKind.Enqueued:
                    changes.Enqueued.Add(new OutboxRow(reader.ReadUInt64(), ReadText(reader), ReadText(reader), ReadContent(reader)));
                    break;
                case PartKind.Acknowledged:
                    changes.Acknowledged.Add(reader.ReadUInt64());
                    break;
                case PartKind.Lease:
                    changes.Leases.Add(new Lease(ReadText(reader), ReadText(reader), reader.ReadUInt64(), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero)));
                    break;
                case PartKind.End:
                    return changes;
                default:
                    throw new InvalidDataException($"state holds a part of kind {(byte)kind}, which this program does not know. Start the newer program that wrote it");
            }
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteContent(BinaryWriter writer, ReadOnlyMemory<byte> content)
    {
        writer.Write(content.Length);
        writer.Write(content.Span);
    }

    private static string ReadText(BinaryReader reader) => Encoding.UTF8.GetString(ReadContent(reader).Span);

    private static ReadOnlyMemory<byte> ReadContent(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        var bytes = reader.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new InvalidDataException($"state ends inside a content of {length} bytes");
    }

    /// <summary>Numbers are on disk and never change.</summary>
    private enum PartKind : byte
    {
        End = 0,
        Written = 1,
        Deleted = 2,
        Enqueued = 3,
        Acknowledged = 4,
        Lease = 5,
    }
}
