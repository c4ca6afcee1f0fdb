using Observability.MetricStore.Blocks;
namespace Observability.MetricStore.BlockIndexes;

/// <summary>
/// Indexes of blocks that were read last. A dashboard asks for the same few blocks again and again; those of two weeks for a million series would not fit.
/// </summary>
internal sealed class BlockIndexCache(long maximumBytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(Block Block, BlockIndex Index)> _newestFirst = [];
    private long _bytes;

    /// <exception cref="InvalidDataException">The index was whole when the block was opened and is not any more.</exception>
    public BlockIndex Get(Block block)
    {
        lock (_lock)
        {
            for (var node = _newestFirst.First; node is not null; node = node.Next)
            {
                if (node.Value.Block == block)
                {
                    _newestFirst.Remove(node);
                    _newestFirst.AddFirst(node);
                    return node.Value.Index;
                }
            }
        }
        // Read outside the lock: two threads may do it at once, which costs time and nothing else.
        var index = block.ReadIndex() ?? throw new InvalidDataException($"the index of the metric block '{block.Path}' was damaged while it was in use; restart to set it aside");
        lock (_lock)
        {
            _newestFirst.AddFirst((block, index));
            _bytes += index.Bytes;
            while (_bytes > maximumBytes && _newestFirst.Count > 1)
            {
                _bytes -= _newestFirst.Last!.Value.Index.Bytes;
                _newestFirst.RemoveLast();
            }
        }
        return index;
    }

    public void Forget(Block block)
    {
        lock (_lock)
        {
            for (var node = _newestFirst.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Block == block)
                {
                    _bytes -= node.Value.Index.Bytes;
                    _newestFirst.Remove(node);
                }
                node = next;
            }
        }
    }
}
