namespace Observability.LogStore.Segments.Files;

/// <summary>
/// Filters of tokens and grams that were read lately. A search for a rare token asks every block of its range, and a filter is a hundred times smaller than what it saves;
/// reading and checking each again would be most of such a search.
/// </summary>
/// <param name="maximalBytes">Held at most; 0 holds none. Filters are about five bytes a record.</param>
internal sealed class BloomCache(long maximalBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(SegmentBlock, ColumnKind), byte[]> _blooms = [];
    private readonly Queue<(SegmentBlock, ColumnKind)> _order = new();
    private long _bytes;

    /// <summary>A filter of a block; empty when it holds nothing at all.</summary>
    /// <exception cref="SegmentDamagedException">Its bytes are not those that were written.</exception>
    public byte[] Get(SegmentBlock block, ColumnKind kind)
    {
        var key = (block, kind);
        lock (_gate)
        {
            if (_blooms.TryGetValue(key, out var known))
            {
                return known;
            }
        }
        var place = block.Column(kind);
        var bloom = new byte[place.Length];
        block.Segment.Read(place, bloom);
        lock (_gate)
        {
            if (bloom.Length <= maximalBytes && _blooms.TryAdd(key, bloom))
            {
                _order.Enqueue(key);
                _bytes += bloom.Length;
                // First in, first out: a search walks all blocks in turn, which would defeat a list by last use as well.
                while (_bytes > maximalBytes && _order.TryDequeue(out var oldest))
                {
                    Forget(oldest);
                }
            }
        }
        return bloom;
    }

    /// <summary>Forgets the blocks of a segment that is gone.</summary>
    public void Remove(Segment segment)
    {
        lock (_gate)
        {
            foreach (var block in segment.Blocks)
            {
                Forget((block, ColumnKind.BodyTokens));
                Forget((block, ColumnKind.BodyGrams));
            }
            // The order holds no block that is gone, or it would hold its segment for ever.
            for (var left = _order.Count; left > 0; left--)
            {
                var key = _order.Dequeue();
                if (_blooms.ContainsKey(key))
                {
                    _order.Enqueue(key);
                }
            }
        }
    }

    private void Forget((SegmentBlock, ColumnKind) key)
    {
        if (_blooms.Remove(key, out var bloom))
        {
            _bytes -= bloom.Length;
        }
    }
}
