using System.Text;
using Observability.Durability;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Files;

/// <summary>
/// Writes rows as one segment file: sorted by time, in blocks, then the tables, then the header. The file gets its name only when all of it is on the device.
/// </summary>
internal sealed class SegmentWriter
{
    /// <summary>Bigger: better dictionaries, more to read for one row. On 16,384 rows of 135 bytes a block is 2 MB, about what a core's cache holds.</summary>
    public const int RowsPerBlock = 16_384;

    public const string UnfinishedSuffix = ".unfinished";

    private readonly IDiskFile _file;
    private readonly HeadSnapshot _rows;
    private readonly (long Time, int Row)[] _order;
    private readonly HashSet<ulong> _tokens = [];
    private GrowingArray<byte> _blockTable = new();
    private GrowingArray<byte> _column = new();
    private long _position = SegmentHeader.Bytes;

    private SegmentWriter(IDiskFile file, HeadSnapshot rows)
    {
        _file = file;
        _rows = rows;
        _order = new (long, int)[rows.Count];
        for (var row = 0; row < _order.Length; row++)
        {
            _order[row] = (rows.Times[row], row);
        }
        Array.Sort(_order);
    }

    /// <summary>Writes the file and makes its name durable. Zero rows are a segment too: it carries the marks.</summary>
    /// <exception cref="IOException">The disk failed; nothing has the name, or the same content would have it again after a repeat.</exception>
    public static void Write(IDisk disk, string path, HeadSnapshot rows, AppliedMarks marks, ulong firstFlush, ulong lastFlush)
    {
        // A new file for each attempt: what a failed flush may have dropped is not written over but left behind.
        var unfinished = path + UnfinishedSuffix;
        disk.Delete(unfinished);
        using (var file = disk.Open(unfinished, DiskOpenMode.New))
        {
            new SegmentWriter(file, rows).WriteAll(marks, firstFlush, lastFlush);
            file.Flush();
        }
        disk.Rename(unfinished, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    private void WriteAll(AppliedMarks marks, ulong firstFlush, ulong lastFlush)
    {
        Varint.Write(ref _blockTable, (ulong)((_order.Length + RowsPerBlock - 1) / RowsPerBlock));
        for (var start = 0; start < _order.Length; start += RowsPerBlock)
        {
            WriteBlock(_order.AsSpan(start, Math.Min(RowsPerBlock, _order.Length - start)));
        }
        var received = (Min: long.MaxValue, Max: long.MinValue);
        foreach (var value in _rows.Received)
        {
            received = (Math.Min(received.Min, value), Math.Max(received.Max, value));
        }
        var marksBytes = new GrowingArray<byte>();
        marks.WriteTo(ref marksBytes);
        var header = new SegmentHeader
        {
            MinTime = _order.Length == 0 ? long.MaxValue : _order[0].Time,
            MaxTime = _order.Length == 0 ? long.MinValue : _order[^1].Time,
            MinReceived = received.Min,
            MaxReceived = received.Max,
            RowCount = _order.Length,
            FirstFlush = firstFlush,
            LastFlush = lastFlush,
            Sections =
            [
                WriteSection(SectionKind.Marks, marksBytes.Written),
                WriteSection(SectionKind.Resources, ResourcesSection()),
                WriteSection(SectionKind.AttributeNames, NamesSection()),
                WriteSection(SectionKind.BlockTable, _blockTable.Written),
            ],
        };
        _file.Write(0, header.Serialize());
    }

    private void WriteBlock(ReadOnlySpan<(long Time, int Row)> order)
    {
        Varint.Write(ref _blockTable, (ulong)order.Length);
        Varint.WriteSigned(ref _blockTable, order[0].Time);
        Varint.WriteSigned(ref _blockTable, order[^1].Time);
        WriteSlots(order);
        Varint.Write(ref _blockTable, 11);
        WriteFixedColumns(order);
        WriteBytesColumn(ColumnKind.BodyLengths, ColumnKind.Bodies, order, _rows.Bodies);
        WriteBytesColumn(ColumnKind.AttributeLengths, ColumnKind.Attributes, order, _rows.Attributes);
        WriteBytesColumn(ColumnKind.IdentityLengths, ColumnKind.Identities, order, _rows.Identities);
        _tokens.Clear();
        foreach (var (_, row) in order)
        {
            Tokens.AddAll(_rows.Bodies[row], _tokens);
        }
        WriteColumn(ColumnKind.BodyTokens, ColumnCodec.Plain, TokenBloom.Build(_tokens));
    }

    /// <summary>Which streams the block has, so that a search for others does not open it.</summary>
    private void WriteSlots(ReadOnlySpan<(long Time, int Row)> order)
    {
        var slots = new SortedSet<int>();
        foreach (var (_, row) in order)
        {
            slots.Add(RowTables.SlotOf(_rows.Resources[row], _rows.Flags[row]));
        }
        Varint.Write(ref _blockTable, (ulong)slots.Count);
        foreach (var slot in slots)
        {
            Varint.Write(ref _blockTable, (ulong)slot);
        }
    }

    private void WriteFixedColumns(ReadOnlySpan<(long Time, int Row)> order)
    {
        var before = 0L;
        foreach (var (time, _) in order)
        {
            Varint.WriteSigned(ref _column, unchecked(time - before));
            before = time;
        }
        FinishColumn(ColumnKind.Time, ColumnCodec.Differences);
        before = 0;
        foreach (var (_, row) in order)
        {
            var received = _rows.Received[row];
            Varint.WriteSigned(ref _column, unchecked(received - before));
            before = received;
        }
        FinishColumn(ColumnKind.Received, ColumnCodec.Differences);
        foreach (var (_, row) in order)
        {
            _column.Add(_rows.Flags[row]);
        }
        FinishColumn(ColumnKind.Flags, ColumnCodec.Plain);
        foreach (var (_, row) in order)
        {
            Varint.Write(ref _column, (ulong)_rows.Resources[row]);
        }
        FinishColumn(ColumnKind.Resource, ColumnCodec.Varints);
    }

    private void WriteBytesColumn(ColumnKind lengths, ColumnKind values, ReadOnlySpan<(long Time, int Row)> order, BytesColumn column)
    {
        foreach (var (_, row) in order)
        {
            Varint.Write(ref _column, (ulong)column[row].Length);
        }
        FinishColumn(lengths, ColumnCodec.Varints);
        foreach (var (_, row) in order)
        {
            _column.Append(column[row]);
        }
        FinishColumn(values, ColumnCodec.Plain);
    }

    private void FinishColumn(ColumnKind kind, ColumnCodec codec)
    {
        WriteColumn(kind, codec, _column.Written);
        _column.Truncate(0);
    }

    private void WriteColumn(ColumnKind kind, ColumnCodec codec, ReadOnlySpan<byte> bytes)
    {
        _blockTable.Add((byte)kind);
        _blockTable.Add((byte)codec);
        Varint.Write(ref _blockTable, (ulong)_position);
        Varint.Write(ref _blockTable, (ulong)bytes.Length);
        Varint.Write(ref _blockTable, Crc32C.Compute(bytes));
        _file.Write(_position, bytes);
        _position += bytes.Length;
    }

    private SectionPlace WriteSection(SectionKind kind, ReadOnlySpan<byte> bytes)
    {
        var place = new SectionPlace(kind, Crc32C.Compute(bytes), _position, bytes.Length);
        _file.Write(_position, bytes);
        _position += bytes.Length;
        return place;
    }

    private ReadOnlySpan<byte> ResourcesSection()
    {
        var section = new GrowingArray<byte>();
        Varint.Write(ref section, (ulong)_rows.Tables.Resources.Length);
        foreach (var resource in _rows.Tables.Resources.Span)
        {
            WriteLabels(ref section, resource.Stream.AsSpan());
            WriteLabels(ref section, resource.Attributes);
        }
        return section.Written;
    }

    private ReadOnlySpan<byte> NamesSection()
    {
        var section = new GrowingArray<byte>();
        Varint.Write(ref section, (ulong)_rows.Tables.Names.Length);
        foreach (var name in _rows.Tables.Names.Span)
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
