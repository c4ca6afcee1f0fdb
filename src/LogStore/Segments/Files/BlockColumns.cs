using System.Buffers;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>The rows of a block, each column read and unpacked when it is first asked for.</summary>
internal sealed class BlockColumns(SegmentBlock block, BloomCache blooms) : RowColumns
{
    private long[]? _times;
    private long[]? _received;
    private byte[]? _flags;
    private byte[]? _streams;
    private int[]? _slots;
    private int[]? _bodyEnds;
    private byte[]? _bodies;
    private int[]? _identityEnds;
    private byte[]? _identities;
    private int[]? _overflowEnds;
    private byte[]? _overflow;
    private List<(int Name, FieldColumn Column, byte[] Buffer)>? _fields;

    public override int Count => block.RowCount;

    public override bool IsSortedByTime => true;

    public override (long Min, long Max) TimeBounds => (block.MinTime, block.MaxTime);

    public override IReadOnlyList<int> DistinctSlots => block.Slots;

    public override RowTables Tables => block.Segment.Tables;

    public override ReadOnlySpan<long> Times => (_times ??= Differences(ColumnKind.Time)).AsSpan(0, Count);

    public override ReadOnlySpan<long> Received => (_received ??= Differences(ColumnKind.Received)).AsSpan(0, Count);

    public override ReadOnlySpan<byte> Flags => (_flags ??= Read(ColumnKind.Flags)).AsSpan(0, Count);

    /// <summary>Positions in <see cref="SegmentBlock.Slots"/>, of <see cref="SegmentBlock.StreamNumberBytes"/> bytes each.</summary>
    public ReadOnlySpan<byte> StreamNumbers => (_streams ??= Read(ColumnKind.Stream)).AsSpan(0, Count * SegmentBlock.StreamNumberBytes(block.Slots.Count));

    public override ReadOnlySpan<int> Slots => (_slots ??= ReadSlots()).AsSpan(0, Count);

    /// <summary>All bodies without borders: most searches need no more to see that nothing is in them.</summary>
    public override ReadOnlySpan<byte> BodyBytes => (_bodies ??= Read(ColumnKind.Bodies)).AsSpan(0, block.Column(ColumnKind.Bodies).Length);

    public override BytesColumn Bodies => new((_bodyEnds ??= Ends(ColumnKind.BodyLengths)).AsSpan(0, Count), BodyBytes);

    public override BytesColumn Identities =>
        new((_identityEnds ??= IdentityEnds()).AsSpan(0, Count), (_identities ??= Read(ColumnKind.Identities)).AsSpan(0, block.Column(ColumnKind.Identities).Length));

    public override bool MayHold(ReadOnlySpan<ulong> tokenHashes, ReadOnlySpan<uint> gramHashes)
    {
        if (!tokenHashes.IsEmpty)
        {
            var bloom = blooms.Get(block, ColumnKind.BodyTokens);
            foreach (var hash in tokenHashes)
            {
                if (!TokenBloom.MayHold(bloom, hash))
                {
                    return false;
                }
            }
        }
        if (!gramHashes.IsEmpty)
        {
            var bitmap = blooms.Get(block, ColumnKind.BodyGrams);
            foreach (var hash in gramHashes)
            {
                if (!GramFilter.MayHold(bitmap, hash))
                {
                    return false;
                }
            }
        }
        return true;
    }

    public override void VisitAttributes(int row, IAttributeVisitor visitor)
    {
        foreach (var (name, column, _) in _fields ??= ReadFields())
        {
            if (column.TryGet(row, out var text))
            {
                visitor.Visit(name, text);
            }
        }
        if (HasOverflow)
        {
            RowAttributes.Visit(Overflow[row], visitor);
        }
    }

    public override void ReadAttribute(int name, ReadOnlySpan<int> rows, Action<int, ReadOnlySpan<byte>> take)
    {
        foreach (var (_, place) in block.Fields.Where(field => field.Name == name))
        {
            var buffer = Read(place);
            try
            {
                var column = new FieldColumn(buffer, place.Length, Count);
                for (var index = 0; index < rows.Length; index++)
                {
                    if (column.TryGet(rows[index], out var text))
                    {
                        take(index, text);
                    }
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        if (HasOverflow)
        {
            RowAttributes.Read(Overflow, name, rows, take);
        }
    }

    private bool HasOverflow => block.Column(ColumnKind.Overflow).Length > 0;

    private BytesColumn Overflow =>
        new((_overflowEnds ??= Ends(ColumnKind.OverflowLengths)).AsSpan(0, Count), (_overflow ??= Read(ColumnKind.Overflow)).AsSpan(0, block.Column(ColumnKind.Overflow).Length));

    protected override void Dispose(bool disposing)
    {
        foreach (var (_, _, buffer) in _fields ?? [])
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _fields = null;
        Return(ref _times);
        Return(ref _received);
        Return(ref _flags);
        Return(ref _streams);
        Return(ref _slots);
        Return(ref _bodyEnds);
        Return(ref _bodies);
        Return(ref _identityEnds);
        Return(ref _identities);
        Return(ref _overflowEnds);
        Return(ref _overflow);
        base.Dispose(disposing);
    }

    private int[] ReadSlots()
    {
        var numbers = StreamNumbers;
        var slots = ArrayPool<int>.Shared.Rent(Count);
        var wide = SegmentBlock.StreamNumberBytes(block.Slots.Count) == 2;
        for (var row = 0; row < Count; row++)
        {
            slots[row] = block.Slots[wide ? numbers[2 * row] | (numbers[(2 * row) + 1] << 8) : numbers[row]];
        }
        return slots;
    }

    private int[] IdentityEnds()
    {
        var ends = ArrayPool<int>.Shared.Rent(Count);
        var flags = Flags;
        var end = 0;
        for (var row = 0; row < Count; row++)
        {
            end += (flags[row] & RowFlags.HasTraceId) != 0 ? RowFlags.TraceIdBytes : 0;
            end += (flags[row] & RowFlags.HasSpanId) != 0 ? RowFlags.SpanIdBytes : 0;
            ends[row] = end;
        }
        return ends;
    }

    private List<(int, FieldColumn, byte[])> ReadFields()
    {
        var fields = new List<(int, FieldColumn, byte[])>(block.Fields.Count);
        // Assigned first: buffers of the columns before a damaged one are given back with the rest.
        _fields = fields;
        foreach (var (name, place) in block.Fields)
        {
            var buffer = Read(place);
            fields.Add((name, new FieldColumn(buffer, place.Length, Count), buffer));
        }
        return fields;
    }

    private long[] Differences(ColumnKind kind)
    {
        var bytes = Read(kind);
        var values = ArrayPool<long>.Shared.Rent(Count);
        var offset = 0;
        var value = 0L;
        for (var row = 0; row < Count; row++)
        {
            values[row] = value = unchecked(value + Varint.ReadSigned(bytes, ref offset));
        }
        ArrayPool<byte>.Shared.Return(bytes);
        return values;
    }

    private int[] Ends(ColumnKind lengths)
    {
        var bytes = Read(lengths);
        var ends = ArrayPool<int>.Shared.Rent(Count);
        var offset = 0;
        var end = 0;
        for (var row = 0; row < Count; row++)
        {
            ends[row] = end += (int)Varint.Read(bytes, ref offset);
        }
        ArrayPool<byte>.Shared.Return(bytes);
        return ends;
    }

    private byte[] Read(ColumnKind kind) => Read(block.Column(kind));

    private byte[] Read(in ColumnPlace place)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, place.Length));
        try
        {
            block.Segment.Read(place, buffer);
            return buffer;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static void Return<T>(ref T[]? array)
    {
        if (array is not null)
        {
            ArrayPool<T>.Shared.Return(array);
            array = null;
        }
    }
}
