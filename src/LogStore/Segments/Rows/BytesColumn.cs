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

    /// <summary>The row that holds the byte at <paramref name="offset"/>, looked for from <paramref name="from"/> on.</summary>
    public int RowAt(int offset, int from)
    {
        // Hits often lie close together, and else far apart: doubling steps suit both.
        var (low, step) = (from, 1);
        while (low + step < _ends.Length && _ends[low + step] <= offset)
        {
            low += step;
            step *= 2;
        }
        var high = Math.Min(low + step, _ends.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ends[middle] <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}

/// <summary>A <see cref="BytesColumn"/> while it is filled.</summary>
internal struct BytesColumnBuilder()
{
    private GrowingArray<int> _ends = new();
    private GrowingArray<byte> _bytes = new();

    public readonly int ByteCount => _bytes.Count;

    /// <summary>Adds bytes to the value that <see cref="EndValue"/> will close.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _bytes.Append(bytes);

    /// <summary>Two bytes, then others.</summary>
    public void AppendWithTwoBytes(byte first, byte second, ReadOnlySpan<byte> bytes)
    {
        var target = _bytes.Reserve(bytes.Length + 2);
        (target[0], target[1]) = (first, second);
        bytes.CopyTo(target[2..]);
    }

    public void AppendVarint(int value) => Varint.Write(ref _bytes, (ulong)(uint)value);

    public void EndValue() => _ends.Add(_bytes.Count);

    /// <summary>Starts again from nothing.</summary>
    public void Clear()
    {
        _ends.Truncate(0);
        _bytes.Truncate(0);
    }

    /// <summary>As <see cref="GrowingArray{T}.Recycle"/>.</summary>
    public void Recycle()
    {
        _ends.Recycle();
        _bytes.Recycle();
    }

    /// <summary>Drops what was appended since the last closed value.</summary>
    public void DropOpenValue() => _bytes.Truncate(_ends.Count == 0 ? 0 : _ends.Items[_ends.Count - 1]);

    public readonly (int[] Ends, byte[] Bytes) Taken() => (_ends.Items, _bytes.Items);
}
