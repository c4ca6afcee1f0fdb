using Observability.MetricStore.Blocks;
using System.Text;
using Observability.Telemetry;

namespace Observability.MetricStore.BlockIndexes;

/// <summary>
/// Makes the index of a block. Its form, 4-byte numbers little endian: count of symbols, of series, of postings; length of the symbols' bytes, of the series'
/// bytes · where each symbol begins and the last one ends · the same of series · postings in order: symbol of the name, symbol of the value, position, count ·
/// symbols (UTF-8, in the order of their bytes, each once) · series · ids of postings.
/// A series, LEB128: count of labels, each: symbols of name and value; position of its first chunk; count of chunks, each: first stamp less the last of the
/// chunk before (of the first: the stamp itself, zigzag), last less first, samples, bytes. Ids of a posting: ascending, each less the one before, LEB128.
/// </summary>
internal sealed class BlockIndexWriter
{
    public const int HeaderBytes = 5 * sizeof(uint);
    public const int PostingBytes = 4 * sizeof(uint);

    private readonly Dictionary<string, int> _symbols = new(StringComparer.Ordinal);
    private readonly List<(int Name, int Value)[]> _labels = [];
    private readonly ByteList _chunks = new();
    private readonly List<int> _chunkEnds = [];

    public void Add(LabelSet labels, long position, IReadOnlyList<ChunkPlace> chunks)
    {
        _labels.Add([.. labels.Select(label => (Intern(label.Name), Intern(label.Value)))]);
        _chunks.WriteVarint((ulong)position);
        _chunks.WriteVarint((ulong)chunks.Count);
        long? previous = null;
        foreach (var chunk in chunks)
        {
            _chunks.WriteVarint(previous is { } last ? (ulong)(chunk.First - last) : ZigZag(chunk.First));
            _chunks.WriteVarint((ulong)(chunk.Last - chunk.First));
            _chunks.WriteVarint((ulong)chunk.Count);
            _chunks.WriteVarint((ulong)chunk.Bytes);
            previous = chunk.Last;
        }
        _chunkEnds.Add(_chunks.Length);
    }

    public ReadOnlySpan<byte> Finish()
    {
        var texts = _symbols.Keys.Select(Encoding.UTF8.GetBytes).ToArray();
        var order = Enumerable.Range(0, texts.Length).ToArray();
        Array.Sort(order, (left, right) => texts[left].AsSpan().SequenceCompareTo(texts[right]));
        var final = new int[texts.Length];
        for (var i = 0; i < order.Length; i++)
        {
            final[order[i]] = i;
        }
        var series = WriteSeries(final, out var seriesStarts);
        var postings = WritePostings(final, out var table);

        var index = new ByteList();
        foreach (var number in (ReadOnlySpan<int>)[texts.Length, _labels.Count, table.Count, texts.Sum(text => text.Length), series.Length])
        {
            index.WriteUInt32((uint)number);
        }
        var start = 0;
        foreach (var symbol in order)
        {
            index.WriteUInt32((uint)start);
            start += texts[symbol].Length;
        }
        index.WriteUInt32((uint)start);
        seriesStarts.ForEach(position => index.WriteUInt32((uint)position));
        foreach (var (name, value, position, count) in table)
        {
            index.WriteUInt32((uint)name);
            index.WriteUInt32((uint)value);
            index.WriteUInt32((uint)position);
            index.WriteUInt32((uint)count);
        }
        foreach (var symbol in order)
        {
            index.Write(texts[symbol]);
        }
        index.Write(series.Written);
        index.Write(postings.Written);
        return index.Written;
    }

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private ByteList WriteSeries(int[] final, out List<int> starts)
    {
        var series = new ByteList();
        starts = new List<int>(_labels.Count + 1);
        var chunkStart = 0;
        for (var i = 0; i < _labels.Count; i++)
        {
            starts.Add(series.Length);
            series.WriteVarint((ulong)_labels[i].Length);
            foreach (var (name, value) in _labels[i])
            {
                series.WriteVarint((ulong)final[name]);
                series.WriteVarint((ulong)final[value]);
            }
            series.Write(_chunks.Written[chunkStart.._chunkEnds[i]]);
            chunkStart = _chunkEnds[i];
        }
        starts.Add(series.Length);
        return series;
    }

    private ByteList WritePostings(int[] final, out List<(int Name, int Value, int Position, int Count)> table)
    {
        var idsOf = new SortedDictionary<(int Name, int Value), List<int>>();
        for (var i = 0; i < _labels.Count; i++)
        {
            foreach (var (name, value) in _labels[i])
            {
                var key = (final[name], final[value]);
                if (!idsOf.TryGetValue(key, out var ids))
                {
                    idsOf.Add(key, ids = []);
                }
                ids.Add(i);
            }
        }
        var postings = new ByteList();
        table = new List<(int, int, int, int)>(idsOf.Count);
        foreach (var ((name, value), ids) in idsOf)
        {
            table.Add((name, value, postings.Length, ids.Count));
            var previous = 0;
            foreach (var id in ids)
            {
                postings.WriteVarint((ulong)(id - previous));
                previous = id;
            }
        }
        return postings;
    }

    private int Intern(string text)
    {
        if (!_symbols.TryGetValue(text, out var number))
        {
            number = _symbols.Count;
            _symbols.Add(text, number);
        }
        return number;
    }
}
