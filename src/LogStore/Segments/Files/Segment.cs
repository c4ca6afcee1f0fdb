using System.Buffers;
using System.Text;
using Observability.Durability;
using Observability.LogStore.Segments.Compression;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// An open segment file: header and tables in memory, blocks on disk. Its file stays open while a search uses it, also when its name was removed meanwhile.
/// </summary>
internal sealed class Segment
{
    private readonly IDiskFile _file;
    private int _users = 1;

    private Segment(IDiskFile file, SegmentHeader header)
    {
        _file = file;
        Header = header;
        FileBytes = file.Length;
        Tables = new RowTables(
            ReadSection(SectionKind.Resources, ReadResources),
            ReadSection(SectionKind.AttributeNames, ReadNames));
        Blocks = ReadSection(SectionKind.BlockTable, ReadBlocks);
    }

    public SegmentHeader Header { get; }

    public RowTables Tables { get; }

    public IReadOnlyList<SegmentBlock> Blocks { get; }

    public string Path => _file.Path;

    public long FileBytes { get; }

    /// <exception cref="SegmentDamagedException">Header or tables are damaged: nothing of the file can be read.</exception>
    /// <exception cref="LogFormatException">A newer version of this program wrote it.</exception>
    public static Segment Open(IDisk disk, string path)
    {
        var file = disk.Open(path, DiskOpenMode.Existing);
        try
        {
            var header = new byte[SegmentHeader.Bytes];
            file.Read(0, header);
            return new Segment(file, SegmentHeader.Parse(header, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public AppliedMarks ReadMarks() => ReadSection(SectionKind.Marks, AppliedMarks.Read);

    /// <returns>False when it was closed already.</returns>
    public bool TryUse()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }
            users = seen;
        }
        return false;
    }

    /// <summary>Gives up one use; the store's own, from the start, is given up when the segment leaves it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _file.Dispose();
        }
    }

    /// <summary>Reads a column and unpacks it into the front of a buffer of at least its length.</summary>
    /// <exception cref="SegmentDamagedException">The bytes are not those that were written.</exception>
    public void Read(in ColumnPlace place, Span<byte> buffer)
    {
        if (place.Compression == ColumnCompression.None)
        {
            ReadStored(place, buffer);
            return;
        }
        var stored = ArrayPool<byte>.Shared.Rent(place.StoredLength);
        try
        {
            ReadStored(place, stored);
            if (!ColumnCompressor.TryUnpack(stored.AsSpan(0, place.StoredLength), place.Compression, buffer[..place.Length]))
            {
                throw new SegmentDamagedException($"{place.StoredLength} bytes at {place.Offset} of '{Path}' cannot be unpacked ({place.Compression})");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    /// <summary>Reads a column as it is in the file, whatever that is.</summary>
    public int ReadUnchecked(in ColumnPlace place, Span<byte> buffer) => _file.Read(place.Offset, buffer[..place.StoredLength]);

    private void ReadStored(in ColumnPlace place, Span<byte> buffer)
    {
        if (ReadUnchecked(place, buffer) < place.StoredLength || Crc32C.Compute(buffer[..place.StoredLength]) != place.Checksum)
        {
            throw new SegmentDamagedException($"{place.StoredLength} bytes at {place.Offset} of '{Path}' are damaged");
        }
    }

    private T ReadSection<T>(SectionKind kind, Func<ReadOnlySpan<byte>, T> parse)
    {
        var place = Header.Sections.FirstOrDefault(section => section.Kind == kind);
        var bytes = new byte[place.Length];
        if (place.Kind == SectionKind.None || _file.Read(place.Offset, bytes) < bytes.Length || Crc32C.Compute(bytes) != place.Checksum)
        {
            throw new SegmentDamagedException($"section {kind} of '{Path}' is damaged");
        }
        return parse(bytes);
    }

    private static ReadOnlyMemory<RowResource> ReadResources(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        var resources = new RowResource[(int)Varint.Read(bytes, ref offset)];
        for (var i = 0; i < resources.Length; i++)
        {
            resources[i] = new RowResource(LabelSet.FromSorted(ReadLabels(bytes, ref offset)), ReadLabels(bytes, ref offset));
        }
        return resources;
    }

    private static ReadOnlyMemory<string> ReadNames(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        var names = new string[(int)Varint.Read(bytes, ref offset)];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(Varint.ReadText(bytes, ref offset));
        }
        return names;
    }

    private static Label[] ReadLabels(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var labels = new Label[(int)Varint.Read(bytes, ref offset)];
        for (var i = 0; i < labels.Length; i++)
        {
            var name = Encoding.UTF8.GetString(Varint.ReadText(bytes, ref offset));
            labels[i] = new Label(name, Encoding.UTF8.GetString(Varint.ReadText(bytes, ref offset)));
        }
        return labels;
    }

    private SegmentBlock[] ReadBlocks(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        var blocks = new SegmentBlock[(int)Varint.Read(bytes, ref offset)];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = SegmentBlock.Read(this, bytes, ref offset);
        }
        return blocks;
    }
}
