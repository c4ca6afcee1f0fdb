using System.Text;
using Observability.Durability;
using Observability.LogStore.Segments.Compression;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Files;

/// <summary>Puts columns and sections one behind the other into a file, and remembers where.</summary>
internal sealed class SegmentFileWriter(IDiskFile file, ColumnCompression compression) : IDisposable
{
    private readonly ColumnCompressor _compressor = new(compression);
    private long _position = SegmentHeader.Bytes;

    public ColumnCompression Compression => compression;

    /// <summary>Packs a column and writes it. Filters are random bits: they are not packed.</summary>
    public ColumnPlace WriteColumn(ReadOnlySpan<byte> bytes, bool packs = true)
    {
        var used = ColumnCompression.None;
        var stored = packs ? _compressor.Pack(bytes, out used) : bytes;
        return WriteCopy(stored, new ColumnPlace(used, 0, stored.Length, bytes.Length, Crc32C.Compute(stored)));
    }

    /// <summary>Writes a column as another file has it.</summary>
    public ColumnPlace WriteCopy(ReadOnlySpan<byte> stored, in ColumnPlace place)
    {
        file.Write(_position, stored);
        var written = place with { Offset = _position };
        _position += stored.Length;
        return written;
    }

    /// <summary>Writes the tables and the header: the file is whole then.</summary>
    public void Finish(SegmentContent content)
    {
        var marks = new GrowingArray<byte>();
        content.Marks.WriteTo(ref marks);
        file.Write(0, new SegmentHeader
        {
            MinTime = content.MinTime,
            MaxTime = content.MaxTime,
            MinReceived = content.MinReceived,
            MaxReceived = content.MaxReceived,
            RowCount = content.RowCount,
            FirstFlush = content.FirstFlush,
            LastFlush = content.LastFlush,
            Compression = compression,
            Sections =
            [
                WriteSection(SectionKind.Marks, marks.Written),
                WriteSection(SectionKind.Resources, ResourcesSection(content.Resources.Span)),
                WriteSection(SectionKind.AttributeNames, NamesSection(content.Names.Span)),
                WriteSection(SectionKind.BlockTable, content.BlockTable.Span),
            ],
        }.Serialize());
    }

    public void Dispose() => _compressor.Dispose();

    private SectionPlace WriteSection(SectionKind kind, ReadOnlySpan<byte> bytes)
    {
        var place = new SectionPlace(kind, Crc32C.Compute(bytes), _position, bytes.Length);
        file.Write(_position, bytes);
        _position += bytes.Length;
        return place;
    }

    private static ReadOnlySpan<byte> ResourcesSection(ReadOnlySpan<RowResource> resources)
    {
        var section = new GrowingArray<byte>();
        Varint.Write(ref section, (ulong)resources.Length);
        foreach (var resource in resources)
        {
            WriteLabels(ref section, resource.Stream.AsSpan());
            WriteLabels(ref section, resource.Attributes);
        }
        return section.Written;
    }

    private static ReadOnlySpan<byte> NamesSection(ReadOnlySpan<string> names)
    {
        var section = new GrowingArray<byte>();
        Varint.Write(ref section, (ulong)names.Length);
        foreach (var name in names)
        {
            WriteText(ref section, name);
        }
        return section.Written;
    }

    private static void WriteLabels(ref GrowingArray<byte> section, ReadOnlySpan<Label> labels)
    {
        Varint.Write(ref section, (ulong)labels.Length);
        foreach (var (name, value) in labels)
        {
            WriteText(ref section, name);
            WriteText(ref section, value);
        }
    }

    private static void WriteText(ref GrowingArray<byte> section, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Varint.Write(ref section, (ulong)utf8.Length);
        section.Append(utf8);
    }
}

/// <summary>What stands in a segment beside its columns.</summary>
internal sealed record SegmentContent
{
    public long MinTime { get; init; } = long.MaxValue;

    public long MaxTime { get; init; } = long.MinValue;

    public long MinReceived { get; init; } = long.MaxValue;

    public long MaxReceived { get; init; } = long.MinValue;

    public long RowCount { get; init; }

    public required ulong FirstFlush { get; init; }

    public required ulong LastFlush { get; init; }

    public required AppliedMarks Marks { get; init; }

    public required ReadOnlyMemory<RowResource> Resources { get; init; }

    public required ReadOnlyMemory<string> Names { get; init; }

    public required ReadOnlyMemory<byte> BlockTable { get; init; }
}
