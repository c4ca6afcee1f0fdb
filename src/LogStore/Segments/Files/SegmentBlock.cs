using Observability.LogStore.Segments.Compression;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Files;

/// <summary>A block's entry in its segment's table.</summary>
internal sealed class SegmentBlock
{
    private readonly ColumnPlace[] _columns = new ColumnPlace[(int)ColumnKind.BodyGrams + 1];
    private readonly List<FieldPlace> _fields = [];
    private int _isDamaged;

    private SegmentBlock(Segment segment, int rowCount, long minTime, long maxTime, MinuteIndex minutes, int[] slots)
    {
        Segment = segment;
        RowCount = rowCount;
        MinTime = minTime;
        MaxTime = maxTime;
        Minutes = minutes;
        Slots = slots;
    }

    public Segment Segment { get; }

    public int RowCount { get; }

    public long MinTime { get; }

    public long MaxTime { get; }

    public MinuteIndex Minutes { get; }

    /// <summary>Every slot that a row of the block has, ascending. The block's stream column holds positions in this list.</summary>
    public IReadOnlyList<int> Slots { get; }

    /// <summary>Attributes that have a column of their own.</summary>
    public IReadOnlyList<FieldPlace> Fields => _fields;

    /// <summary>Found to be damaged: no search reads it any more.</summary>
    public bool IsDamaged => Volatile.Read(ref _isDamaged) != 0;

    /// <summary>Bytes of a position in <see cref="Slots"/>.</summary>
    public static int StreamNumberBytes(int slots) => slots <= 256 ? 1 : 2;

    /// <returns>True for the first who says so.</returns>
    public bool MarkDamaged() => Interlocked.Exchange(ref _isDamaged, 1) == 0;

    /// <summary>A column that a block has at most once; one that it does not have is empty.</summary>
    public ColumnPlace Column(ColumnKind kind) => _columns[(int)kind];

    /// <summary>Row count, times, minutes, slots, count of columns, then each as <see cref="WritePlace"/> writes it; kinds that this version does not know are passed over.</summary>
    public static SegmentBlock Read(Segment segment, ReadOnlySpan<byte> bytes, ref int offset)
    {
        var rowCount = (int)Varint.Read(bytes, ref offset);
        var minTime = Varint.ReadSigned(bytes, ref offset);
        var maxTime = Varint.ReadSigned(bytes, ref offset);
        var minutes = MinuteIndex.Read(bytes, ref offset);
        var slots = new int[(int)Varint.Read(bytes, ref offset)];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = (int)Varint.Read(bytes, ref offset);
        }
        var block = new SegmentBlock(segment, rowCount, minTime, maxTime, minutes, slots);
        for (var left = Varint.Read(bytes, ref offset); left > 0; left--)
        {
            block.ReadPlace(bytes, ref offset);
        }
        return block;
    }

    /// <summary>Kind, compression, position of the name (attributes; else 0), offset, stored length, length, checksum.</summary>
    public static void WritePlace(ref GrowingArray<byte> target, ColumnKind kind, in ColumnPlace place, int name)
    {
        target.Add((byte)kind);
        target.Add((byte)place.Compression);
        Varint.Write(ref target, (ulong)name);
        Varint.Write(ref target, (ulong)place.Offset);
        Varint.Write(ref target, (ulong)place.StoredLength);
        Varint.Write(ref target, (ulong)place.Length);
        Varint.Write(ref target, place.Checksum);
    }

    /// <summary>The block as it is, its columns copied into another file with their checksums: what is damaged stays known to be.</summary>
    public void CopyTo(SegmentFileWriter file, ref GrowingArray<byte> blockTable, Span<byte> buffer)
    {
        Varint.Write(ref blockTable, (ulong)RowCount);
        Varint.WriteSigned(ref blockTable, MinTime);
        Varint.WriteSigned(ref blockTable, MaxTime);
        Minutes.CopyTo(ref blockTable, RowCount);
        Varint.Write(ref blockTable, (ulong)Slots.Count);
        foreach (var slot in Slots)
        {
            Varint.Write(ref blockTable, (ulong)slot);
        }
        var places = AllPlaces().ToList();
        Varint.Write(ref blockTable, (ulong)places.Count);
        foreach (var (kind, name, place) in places)
        {
            Segment.ReadUnchecked(place, buffer);
            WritePlace(ref blockTable, kind, file.WriteCopy(buffer[..place.StoredLength], place), name);
        }
    }

    /// <summary>Of the biggest column, as the file has it.</summary>
    public int LargestStoredColumn => AllPlaces().Max(entry => entry.Place.StoredLength);

    private IEnumerable<(ColumnKind Kind, int Name, ColumnPlace Place)> AllPlaces()
    {
        for (var kind = 1; kind < _columns.Length; kind++)
        {
            if (_columns[kind].Offset > 0)
            {
                yield return ((ColumnKind)kind, 0, _columns[kind]);
            }
        }
        foreach (var field in _fields)
        {
            yield return (ColumnKind.Field, field.Name, field.Place);
        }
    }

    private void ReadPlace(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var kind = bytes[offset++];
        var compression = (ColumnCompression)bytes[offset++];
        var name = (int)Varint.Read(bytes, ref offset);
        var place = new ColumnPlace(
            compression, (long)Varint.Read(bytes, ref offset), (int)Varint.Read(bytes, ref offset), (int)Varint.Read(bytes, ref offset), (uint)Varint.Read(bytes, ref offset));
        if (kind == (byte)ColumnKind.Field)
        {
            _fields.Add(new FieldPlace(name, place));
        }
        else if (kind < _columns.Length)
        {
            _columns[kind] = place;
        }
    }
}
