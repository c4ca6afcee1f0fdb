using System.Buffers;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>A block's entry in its segment's table.</summary>
internal sealed class SegmentBlock
{
    private readonly ColumnPlace[] _columns = new ColumnPlace[(int)ColumnKind.BodyTokens + 1];
    private int _isDamaged;

    private SegmentBlock(Segment segment, int rowCount, long minTime, long maxTime, int[] slots)
    {
        Segment = segment;
        RowCount = rowCount;
        MinTime = minTime;
        MaxTime = maxTime;
        Slots = slots;
    }

    public Segment Segment { get; }

    public int RowCount { get; }

    public long MinTime { get; }

    public long MaxTime { get; }

    /// <summary>Every slot that a row of the block has.</summary>
    public IReadOnlyList<int> Slots { get; }

    /// <summary>Found to be damaged: no search reads it any more.</summary>
    public bool IsDamaged => Volatile.Read(ref _isDamaged) != 0;

    /// <returns>True for the first who says so.</returns>
    public bool MarkDamaged() => Interlocked.Exchange(ref _isDamaged, 1) == 0;

    public ColumnPlace Column(ColumnKind kind) => _columns[(int)kind];

    /// <summary>Row count, times, slots, then kind, codec, offset, length and checksum of each column; kinds that this version does not know are passed over.</summary>
    public static SegmentBlock Read(Segment segment, ReadOnlySpan<byte> bytes, ref int offset)
    {
        var rowCount = (int)Varint.Read(bytes, ref offset);
        var minTime = Varint.ReadSigned(bytes, ref offset);
        var maxTime = Varint.ReadSigned(bytes, ref offset);
        var slots = new int[(int)Varint.Read(bytes, ref offset)];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = (int)Varint.Read(bytes, ref offset);
        }
        var block = new SegmentBlock(segment, rowCount, minTime, maxTime, slots);
        for (var left = Varint.Read(bytes, ref offset); left > 0; left--)
        {
            var kind = bytes[offset++];
            var codec = (ColumnCodec)bytes[offset++];
            var place = new ColumnPlace(codec, (long)Varint.Read(bytes, ref offset), (int)Varint.Read(bytes, ref offset), (uint)Varint.Read(bytes, ref offset));
            if (kind < block._columns.Length)
            {
                block._columns[kind] = place;
            }
        }
        return block;
    }
}

/// <summary>The rows of a block, each column read when it is first asked for.</summary>
internal sealed class BlockColumns(SegmentBlock block) : RowColumns
{
    private long[]? _times;
    private long[]? _received;
    private byte[]? _flags;
    private int[]? _resources;
    private int[]? _bodyEnds;
    private byte[]? _bodies;
    private int[]? _attributeEnds;
    private byte[]? _attributes;
    private int[]? _identityEnds;
    private byte[]? _identities;

    public override int Count => block.RowCount;

    public override bool IsSortedByTime => true;

    public override RowTables Tables => block.Segment.Tables;

    public override ReadOnlySpan<long> Times => (_times ??= Differences(ColumnKind.Time)).AsSpan(0, Count);

    public override ReadOnlySpan<long> Received => (_received ??= Differences(ColumnKind.Received)).AsSpan(0, Count);

    public override ReadOnlySpan<byte> Flags => (_flags ??= Plain(ColumnKind.Flags)).AsSpan(0, Count);

    public override ReadOnlySpan<int> Resources => (_resources ??= Varints(ColumnKind.Resource, isSum: false)).AsSpan(0, Count);

    public override BytesColumn Bodies => Bytes(ref _bodyEnds, ColumnKind.BodyLengths, ref _bodies, ColumnKind.Bodies);

    public override BytesColumn Attributes => Bytes(ref _attributeEnds, ColumnKind.AttributeLengths, ref _attributes, ColumnKind.Attributes);

    public override BytesColumn Identities => Bytes(ref _identityEnds, ColumnKind.IdentityLengths, ref _identities, ColumnKind.Identities);

    public override bool MayHold(ReadOnlySpan<ulong> tokenHashes)
    {
        if (tokenHashes.IsEmpty)
        {
            return true;
        }
        var length = block.Column(ColumnKind.BodyTokens).Length;
        var buffer = Plain(ColumnKind.BodyTokens);
        try
        {
            foreach (var hash in tokenHashes)
            {
                if (!TokenBloom.MayHold(buffer.AsSpan(0, length), hash))
                {
                    return false;
                }
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        Return(ref _times);
        Return(ref _received);
        Return(ref _flags);
        Return(ref _resources);
        Return(ref _bodyEnds);
        Return(ref _bodies);
        Return(ref _attributeEnds);
        Return(ref _attributes);
        Return(ref _identityEnds);
        Return(ref _identities);
        base.Dispose(disposing);
    }

    private BytesColumn Bytes(ref int[]? ends, ColumnKind lengths, ref byte[]? bytes, ColumnKind values)
    {
        ends ??= Varints(lengths, isSum: true);
        bytes ??= Plain(values);
        return new BytesColumn(ends.AsSpan(0, Count), bytes.AsSpan(0, block.Column(values).Length));
    }

    private byte[] Plain(ColumnKind kind) => Read(kind, ColumnCodec.Plain);

    private long[] Differences(ColumnKind kind)
    {
        var bytes = Read(kind, ColumnCodec.Differences);
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

    private int[] Varints(ColumnKind kind, bool isSum)
    {
        var bytes = Read(kind, ColumnCodec.Varints);
        var values = ArrayPool<int>.Shared.Rent(Count);
        var offset = 0;
        var sum = 0;
        for (var row = 0; row < Count; row++)
        {
            var value = (int)Varint.Read(bytes, ref offset);
            values[row] = isSum ? sum += value : value;
        }
        ArrayPool<byte>.Shared.Return(bytes);
        return values;
    }

    private byte[] Read(ColumnKind kind, ColumnCodec expected)
    {
        var place = block.Column(kind);
        if (place.Codec != expected)
        {
            throw new SegmentDamagedException($"column {kind} of '{block.Segment.Path}' is written with codec {(int)place.Codec}, which is not known for it");
        }
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
