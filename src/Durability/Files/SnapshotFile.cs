using System.Buffers.Binary;

namespace Observability.Durability;

/// <summary>How reading a snapshot ended.</summary>
public enum SnapshotOutcome
{
    Read,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Its bytes are not those that were written. Nothing of it was handed out.</summary>
    Damaged,
}

/// <summary>
/// A file that is either the old or the new one, never a mixture: written beside it, flushed, renamed over it. Little-endian header: magic 8, container
/// version 4, format version of the content 4, length 8, CRC-32C of the content 4, CRC-32C of these 28 bytes 4; then the content.
/// </summary>
public static class SnapshotFile
{
    internal const int HeaderBytes = 32;
    private const ulong Magic = 0x31504E5342_4F00; // "\0OBSNP1"
    private const uint ContainerVersion = 1;
    private const int CoveredBytes = 28;
    private const string UnfinishedSuffix = ".unfinished";

    /// <summary>
    /// Replaces the snapshot with what <paramref name="write"/> puts into the stream. It is safe when this returns; on any fault the old one stays.
    /// </summary>
    /// <param name="disk">Where.</param>
    /// <param name="path">In an existing directory.</param>
    /// <param name="formatVersion">Of the content; given back when reading.</param>
    /// <param name="write">Writes the content. The stream is buffered.</param>
    public static void Write(IDisk disk, string path, uint formatVersion, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(write);
        var unfinished = path + UnfinishedSuffix;
        using (var file = disk.Open(unfinished, DiskOpenMode.ExistingOrNew))
        {
            file.SetLength(0);
            using var content = new SnapshotWriteStream(file);
            write(content);
            content.Flush();
            Span<byte> header = stackalloc byte[HeaderBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
            BinaryPrimitives.WriteUInt32LittleEndian(header[8..], ContainerVersion);
            BinaryPrimitives.WriteUInt32LittleEndian(header[12..], formatVersion);
            BinaryPrimitives.WriteInt64LittleEndian(header[16..], content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[24..], content.Checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(header[CoveredBytes..], Crc32C.Compute(header[..CoveredBytes]));
            file.Write(0, header);
            file.Flush();
        }
        disk.Rename(unfinished, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Checks the whole snapshot, then hands its content to <paramref name="read"/> with the format version it was written with.</summary>
    /// <exception cref="LogFormatException">A newer container version wrote it.</exception>
    public static SnapshotOutcome Read(IDisk disk, string path, Action<uint, Stream> read)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(read);
        if (!disk.FileExists(path))
        {
            return SnapshotOutcome.Missing;
        }
        using var file = disk.Open(path, DiskOpenMode.Existing);
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        file.Read(0, header);
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(header[CoveredBytes..]) != Crc32C.Compute(header[..CoveredBytes]))
        {
            return SnapshotOutcome.Damaged;
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) > ContainerVersion)
        {
            throw new LogFormatException($"'{path}' was written by a newer version of this program; start that one");
        }
        var length = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        if (!IsIntact(file, length, BinaryPrimitives.ReadUInt32LittleEndian(header[24..])))
        {
            return SnapshotOutcome.Damaged;
        }
        using var content = new SnapshotReadStream(file, length);
        read(BinaryPrimitives.ReadUInt32LittleEndian(header[12..]), content);
        return SnapshotOutcome.Read;
    }

    private static bool IsIntact(IDiskFile file, long length, uint checksum)
    {
        if (length < 0 || file.Length < HeaderBytes + length)
        {
            return false;
        }
        var buffer = new byte[SnapshotWriteStream.BufferBytes];
        uint actual = 0;
        for (long position = 0; position < length; position += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - position));
            if (file.Read(HeaderBytes + position, part) < part.Length)
            {
                return false;
            }
            actual = Crc32C.Append(actual, part);
        }
        return actual == checksum;
    }
}
