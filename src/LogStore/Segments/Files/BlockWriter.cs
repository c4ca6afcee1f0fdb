using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>Turns rows into the columns of blocks. What it needs for one block it uses again for the next.</summary>
internal sealed class BlockWriter
{
    /// <summary>An attribute that fewer than one row in so many has shares the overflow column: its own would be nearly all numbers of absent texts.</summary>
    private const int RarerThanOneIn = 32;

    /// <summary>
    /// Columns of attributes in a block. Any number of names can come in a day; a column costs a place in the block's table, and memory while it is written.
    /// </summary>
    private const int MaximalFields = 96;

    private readonly SegmentFileWriter _file;
    private readonly HeadSnapshot _rows;
    private readonly FieldColumnWriter?[] _columnOfName;
    private readonly List<(int Name, FieldColumnWriter Column)> _fields = [];
    private readonly TokenSet _tokens = new();
    private readonly GramFilterBuilder _grams = new();
    private readonly long[] _times;
    private GrowingArray<byte> _column = new();
    private GrowingArray<byte> _places = new();
    private BytesColumnBuilder _overflow = new();
    private int _placeCount;

    /// <param name="file">Where the columns go.</param>
    /// <param name="rows">The rows of all blocks.</param>
    /// <param name="nameCounts">How often each attribute name occurs in them.</param>
    public BlockWriter(SegmentFileWriter file, HeadSnapshot rows, ReadOnlySpan<int> nameCounts)
    {
        (_file, _rows) = (file, rows);
        var rowsOfBlock = Math.Min(rows.Count, SegmentWriter.RowsPerBlock);
        _times = new long[rowsOfBlock];
        _columnOfName = new FieldColumnWriter?[nameCounts.Length];
        var often = new List<(int Count, int Name)>();
        for (var name = 0; name < nameCounts.Length; name++)
        {
            if (nameCounts[name] > 0 && (long)nameCounts[name] * RarerThanOneIn >= rows.Count)
            {
                often.Add((nameCounts[name], name));
            }
        }
        foreach (var (_, name) in often.OrderByDescending(entry => entry.Count).Take(MaximalFields))
        {
            var column = new FieldColumnWriter(rowsOfBlock);
            _columnOfName[name] = column;
            _fields.Add((name, column));
        }
    }

    /// <summary>Writes the columns of one block and its entry in the table.</summary>
    /// <param name="order">Rows of the block, sorted by time.</param>
    /// <param name="blockTable">Takes the entry.</param>
    public void Write(ReadOnlySpan<int> order, ref GrowingArray<byte> blockTable)
    {
        for (var row = 0; row < order.Length; row++)
        {
            _times[row] = _rows.Times[order[row]];
        }
        Varint.Write(ref blockTable, (ulong)order.Length);
        Varint.WriteSigned(ref blockTable, _times[0]);
        Varint.WriteSigned(ref blockTable, _times[order.Length - 1]);
        MinuteIndex.Write(ref blockTable, _times.AsSpan(0, order.Length));
        WriteStreams(order, ref blockTable);
        var isRun = IsRun(order);
        WriteTimes(order);
        WriteFlags(order, isRun);
        WriteBodies(order, isRun);
        WriteAttributes(order);
        WriteValues(ColumnKind.Identities, _rows.Identities, order, isRun);
        Varint.Write(ref blockTable, (ulong)_placeCount);
        blockTable.Append(_places.Written);
        _places.Truncate(0);
        _placeCount = 0;
    }

    /// <summary>Whether the rows lie in the head as they will lie in the block: of one sender they mostly do, and whole columns go out without a copy.</summary>
    private static bool IsRun(ReadOnlySpan<int> order)
    {
        for (var row = 1; row < order.Length; row++)
        {
            if (order[row] != order[0] + row)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Which streams the block has, so that a search for others does not open it, and which of them each row has.</summary>
    private void WriteStreams(ReadOnlySpan<int> order, ref GrowingArray<byte> blockTable)
    {
        var positions = new Dictionary<int, int>();
        var allSlots = _rows.Slots;
        var (slot, number) = (-1, 0);
        foreach (var row in order)
        {
            if (allSlots[row] != slot)
            {
                slot = allSlots[row];
                positions.TryAdd(slot, 0);
            }
        }
        var slots = positions.Keys.Order().ToArray();
        Varint.Write(ref blockTable, (ulong)slots.Length);
        for (var position = 0; position < slots.Length; position++)
        {
            positions[slots[position]] = position;
            Varint.Write(ref blockTable, (ulong)slots[position]);
        }
        var wide = SegmentBlock.StreamNumberBytes(slots.Length) == 2;
        slot = -1;
        foreach (var row in order)
        {
            if (allSlots[row] != slot)
            {
                slot = allSlots[row];
                number = positions[slot];
            }
            _column.Add((byte)number);
            if (wide)
            {
                _column.Add((byte)(number >> 8));
            }
        }
        Finish(ColumnKind.Stream);
    }

    private void WriteTimes(ReadOnlySpan<int> order)
    {
        var before = 0L;
        foreach (var time in _times.AsSpan(0, order.Length))
        {
            Varint.WriteSigned(ref _column, unchecked(time - before));
            before = time;
        }
        Finish(ColumnKind.Time);
        before = 0;
        var received = _rows.Received;
        foreach (var row in order)
        {
            Varint.WriteSigned(ref _column, unchecked(received[row] - before));
            before = received[row];
        }
        Finish(ColumnKind.Received);
    }

    private void WriteFlags(ReadOnlySpan<int> order, bool isRun)
    {
        var flags = _rows.Flags;
        if (isRun)
        {
            AddPlace(ColumnKind.Flags, _file.WriteColumn(flags.Slice(order[0], order.Length)));
            return;
        }
        var column = _column.Reserve(order.Length);
        for (var row = 0; row < order.Length; row++)
        {
            column[row] = flags[order[row]];
        }
        Finish(ColumnKind.Flags);
    }

    private void WriteValues(ColumnKind kind, BytesColumn values, ReadOnlySpan<int> order, bool isRun)
    {
        if (isRun)
        {
            AddPlace(kind, _file.WriteColumn(values.Bytes[values.StartOf(order[0])..values.EndOf(order[^1])]));
            return;
        }
        foreach (var row in order)
        {
            _column.Append(values[row]);
        }
        Finish(kind);
    }

    private void WriteBodies(ReadOnlySpan<int> order, bool isRun)
    {
        var bodies = _rows.Bodies;
        foreach (var row in order)
        {
            Varint.Write(ref _column, (ulong)bodies[row].Length);
        }
        Finish(ColumnKind.BodyLengths);
        _tokens.Clear();
        foreach (var row in order)
        {
            Tokens.AddAll(bodies[row], _tokens, _grams);
        }
        WriteValues(ColumnKind.Bodies, bodies, order, isRun);
        AddPlace(ColumnKind.BodyTokens, _file.WriteColumn(TokenBloom.Build(_tokens), packs: false));
        AddPlace(ColumnKind.BodyGrams, _file.WriteColumn(_grams.Take()));
    }

    private void WriteAttributes(ReadOnlySpan<int> order)
    {
        var hasOverflow = false;
        var all = _rows.Attributes;
        for (var row = 0; row < order.Length; row++)
        {
            var attributes = all[order[row]];
            for (var offset = 0; RowAttributes.TryRead(attributes, ref offset, out var name, out var text);)
            {
                if (_columnOfName[name] is not { } column || !column.TryAdd(row, text))
                {
                    // Rare, or a second of the same name in one row.
                    RowAttributes.Append(ref _overflow, name, text);
                    hasOverflow = true;
                }
            }
            _overflow.EndValue();
        }
        foreach (var (name, column) in _fields.Where(static field => field.Column.HasAny))
        {
            column.Finish(ref _column, order.Length);
            AddPlace(ColumnKind.Field, _file.WriteColumn(_column.Written), name);
            _column.Truncate(0);
        }
        if (hasOverflow)
        {
            var (ends, bytes) = _overflow.Taken();
            for (var row = 0; row < order.Length; row++)
            {
                Varint.Write(ref _column, (ulong)(ends[row] - (row == 0 ? 0 : ends[row - 1])));
            }
            Finish(ColumnKind.OverflowLengths);
            AddPlace(ColumnKind.Overflow, _file.WriteColumn(bytes.AsSpan(0, _overflow.ByteCount)));
        }
        _overflow.Clear();
    }

    private void Finish(ColumnKind kind)
    {
        AddPlace(kind, _file.WriteColumn(_column.Written));
        _column.Truncate(0);
    }

    private void AddPlace(ColumnKind kind, in ColumnPlace place, int name = 0)
    {
        SegmentBlock.WritePlace(ref _places, kind, place, name);
        _placeCount++;
    }
}
