using Observability.MetricStore.Blocks;
using System.Buffers.Binary;
using System.Text;
using Observability.Telemetry;

namespace Observability.MetricStore.BlockIndexes;

/// <summary>Reads the index of a block where it lies (<see cref="BlockIndexWriter"/>): nothing is unpacked but what is asked for. Any number of threads may share it.</summary>
internal sealed class BlockIndex
{
    private readonly byte[] _bytes;
    private readonly string?[] _texts;
    private readonly int _symbolStarts;
    private readonly int _seriesStarts;
    private readonly int _table;
    private readonly int _symbols;
    private readonly int _series;
    private readonly int _postings;

    /// <param name="bytes">Their checksum is right, so they are what the writer wrote.</param>
    public BlockIndex(byte[] bytes)
    {
        _bytes = bytes;
        var symbolCount = Number(0);
        SeriesCount = Number(4);
        PostingCount = Number(8);
        _texts = new string?[symbolCount];
        _symbolStarts = BlockIndexWriter.HeaderBytes;
        _seriesStarts = _symbolStarts + (4 * (symbolCount + 1));
        _table = _seriesStarts + (4 * (SeriesCount + 1));
        _symbols = _table + (BlockIndexWriter.PostingBytes * PostingCount);
        _series = _symbols + Number(12);
        _postings = _series + Number(16);
    }

    public int SeriesCount { get; }

    public int PostingCount { get; }

    public int Bytes => _bytes.Length;

    /// <summary>The text of a symbol, made once. Two threads may make it at the same time; either is right.</summary>
    public string Text(int symbol) => _texts[symbol] ??= Encoding.UTF8.GetString(Utf8(symbol));

    /// <summary>-1 when no label of the block has this name or value.</summary>
    public int FindSymbol(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        var (low, high) = (0, _texts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Utf8(middle).SequenceCompareTo(wanted);
            if (order == 0)
            {
                return middle;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return -1;
    }

    /// <summary>Where the values of a name stand among the postings: ordered by the symbol of the value.</summary>
    public (int First, int End) PostingsOf(int name) => (FirstPosting(name, 0), FirstPosting(name + 1, 0));

    /// <summary>The posting of one name and value, or -1.</summary>
    public int FindPosting(int name, int value)
    {
        var at = FirstPosting(name, value);
        return at < PostingCount && Posting(at) is var found && found.Name == name && found.Value == value ? at : -1;
    }

    public (int Name, int Value, int Count) Posting(int posting)
    {
        var at = _table + (BlockIndexWriter.PostingBytes * posting);
        return (Number(at), Number(at + 4), Number(at + 12));
    }

    /// <summary>Adds the ids of the series that have the posting's label, ascending.</summary>
    public void ReadIds(int posting, List<int> target)
    {
        var at = _table + (BlockIndexWriter.PostingBytes * posting);
        var position = _postings + Number(at + 8);
        var id = 0;
        for (var left = Number(at + 12); left > 0; left--)
        {
            id += (int)ByteList.ReadVarint(_bytes, ref position);
            target.Add(id);
        }
    }

    /// <summary>The symbol of a series' value for a name, or -1.</summary>
    public int ValueOf(int series, int name)
    {
        var position = SeriesStart(series);
        for (var left = ByteList.ReadVarint(_bytes, ref position); left > 0; left--)
        {
            var found = (int)ByteList.ReadVarint(_bytes, ref position);
            var value = (int)ByteList.ReadVarint(_bytes, ref position);
            if (found == name)
            {
                return value;
            }
        }
        return -1;
    }

    public LabelSet Labels(int series)
    {
        var position = SeriesStart(series);
        var labels = new Label[ByteList.ReadVarint(_bytes, ref position)];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = new Label(Text((int)ByteList.ReadVarint(_bytes, ref position)), Text((int)ByteList.ReadVarint(_bytes, ref position)));
        }
        return LabelSet.FromSorted(labels);
    }

    /// <summary>The chunks of a series that may hold samples in (after, until], and where the first of them lies.</summary>
    public long Chunks(int series, long after, long until, List<ChunkPlace> target)
    {
        target.Clear();
        var position = SeriesStart(series);
        for (var left = 2 * ByteList.ReadVarint(_bytes, ref position); left > 0; left--)
        {
            ByteList.ReadVarint(_bytes, ref position);
        }
        var place = (long)ByteList.ReadVarint(_bytes, ref position);
        long? previous = null;
        for (var left = ByteList.ReadVarint(_bytes, ref position); left > 0; left--)
        {
            var difference = ByteList.ReadVarint(_bytes, ref position);
            var first = previous is { } before ? before + (long)difference : (long)(difference >> 1) ^ -(long)(difference & 1);
            var last = first + (long)ByteList.ReadVarint(_bytes, ref position);
            var count = (int)ByteList.ReadVarint(_bytes, ref position);
            var bytes = (int)ByteList.ReadVarint(_bytes, ref position);
            if (first > until)
            {
                break;
            }
            if (last > after)
            {
                target.Add(new ChunkPlace(first, last, count, bytes));
            }
            else
            {
                place += bytes + sizeof(uint);
            }
            previous = last;
        }
        return place;
    }

    /// <summary>The first posting that is not before (name, value).</summary>
    private int FirstPosting(int name, int value)
    {
        var (low, high) = (0, PostingCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var at = _table + (BlockIndexWriter.PostingBytes * middle);
            var isBefore = Number(at) < name || (Number(at) == name && Number(at + 4) < value);
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private ReadOnlySpan<byte> Utf8(int symbol)
    {
        var start = Number(_symbolStarts + (4 * symbol));
        return _bytes.AsSpan(_symbols + start, Number(_symbolStarts + (4 * (symbol + 1))) - start);
    }

    private int SeriesStart(int series) => _series + Number(_seriesStarts + (4 * series));

    private int Number(int position) => (int)BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(position));
}
