namespace Observability.LogStore.Segments.Rows;

/// <summary>Values of different lengths, one behind the other; <paramref name="ends"/> says where each ends.</summary>
internal readonly ref struct BytesColumn(ReadOnlySpan<int> ends, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<int> _ends = ends;

    /// <summary>All values, without borders.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public ReadOnlySpan<byte> this[int row] => Bytes[StartOf(row).._ends[row]];

    public int StartOf(int row) => row == 0 ? 0 : _ends[row - 1];

    public int EndOf(int row) => _ends[row];
}

/// <summary>A <see cref="BytesColumn"/> while it is filled.</summary>
internal struct BytesColumnBuilder()
{
    private GrowingArray<int> _ends = new();
    private GrowingArray<byte> _bytes = new();

    public readonly int ByteCount => _bytes.Count;

    /// <summary>Adds bytes to the value that <see cref="EndValue"/> will close.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _bytes.Append(bytes);

    public void AppendVarint(int value) => Varint.Write(ref _bytes, (ulong)(uint)value);

    public void EndValue() => _ends.Add(_bytes.Count);

    /// <summary>Drops what was appended since the last closed value.</summary>
    public void DropOpenValue() => _bytes.Truncate(_ends.Count == 0 ? 0 : _ends.Items[_ends.Count - 1]);

    public readonly (int[] Ends, byte[] Bytes) Taken() => (_ends.Items, _bytes.Items);
}
