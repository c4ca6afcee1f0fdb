using Microsoft.Extensions.Logging;
using Observability.MetricStore.BlockIndexes;
using Observability.Durability;
using Observability.MetricStore.Chunks;
using Observability.MetricStore.Head;

namespace Observability.MetricStore.Blocks;

/// <summary>
/// The blocks of one directory. Any number of readers; one writer at a time (<see cref="Write"/>, <see cref="MergeNext"/>, <see cref="Retire"/>), beside them.
/// </summary>
internal sealed class BlockStore : IDisposable
{
    /// <summary>Indexes kept in memory. 10,000 series for 15 days are about 30 MB of indexes; more are read from disk again, a millisecond a megabyte.</summary>
    private const long IndexCacheBytes = 64 << 20;

    /// <summary>What is appended to the name of a block that cannot be read.</summary>
    private const string DamagedSuffix = ".damaged";

    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly ulong _journalIncarnation;
    private readonly ILogger _logger;
    private readonly BlockIndexCache _indexes = new(IndexCacheBytes);
    private Block[] _blocks = [];

    private BlockStore(IDisk disk, string directory, ulong journalIncarnation, ILogger logger)
    {
        (_disk, _directory, _journalIncarnation, _logger) = (disk, directory, journalIncarnation, logger);
    }

    /// <summary>In the order of their ranks.</summary>
    public IReadOnlyList<Block> Blocks => Volatile.Read(ref _blocks);

    public ulong JournalIncarnation => _journalIncarnation;

    public long SampleCount => Blocks.Sum(static block => block.Header.SampleCount);

    /// <summary>Opens what is there: unfinished files and replaced blocks of a crash are deleted, unreadable ones set aside.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="directory">Made when missing; the caller's lock covers it.</param>
    /// <param name="journalIncarnation">Of the journal that the sequences belong to.</param>
    /// <param name="logger">Told of damage.</param>
    public static BlockStore Open(IDisk disk, string directory, ulong journalIncarnation, ILogger logger)
    {
        disk.CreateDirectory(directory);
        var store = new BlockStore(disk, directory, journalIncarnation, logger);
        var blocks = new List<Block>();
        foreach (var name in disk.ListFiles(directory))
        {
            if (name.EndsWith(BlockWriter.UnfinishedSuffix, StringComparison.Ordinal))
            {
                disk.Delete(Path.Combine(directory, name));
            }
            else if (name.EndsWith(BlockHeader.Suffix, StringComparison.Ordinal) && store.TryOpen(Path.Combine(directory, name)) is { } block)
            {
                blocks.Add(block);
            }
        }
        foreach (var replaced in blocks.Where(block => blocks.Exists(other => block.Header.IsReplacedBy(other.Header))).ToList())
        {
            blocks.Remove(replaced);
            replaced.Retire();
        }
        blocks.Sort(static (left, right) => left.Header.Rank.CompareTo(right.Header.Rank));
        store._blocks = [.. blocks];
        return store;
    }

    /// <summary>
    /// The time before which samples of a journal record are in blocks already, however often the record is replayed; <see cref="long.MinValue"/> when none are.
    /// </summary>
    public long StoredBefore(ulong sequence)
    {
        var before = long.MinValue;
        foreach (var block in Blocks)
        {
            if (block.Header.JournalIncarnation == _journalIncarnation && block.Header.Rank.Sequence >= sequence)
            {
                before = Math.Max(before, block.Header.Rank.CutMilliseconds);
            }
        }
        return before;
    }

    /// <summary>Blocks that may hold samples in (after, until], each held for the caller, who releases them. In the order of their ranks.</summary>
    public List<Block> Hold(long after, long until)
    {
        while (true)
        {
            var held = new List<Block>();
            var isComplete = true;
            foreach (var block in Blocks)
            {
                if (block.Overlaps(after, until))
                {
                    isComplete &= block.TryHold();
                    held.Add(block);
                    if (!isComplete)
                    {
                        break;
                    }
                }
            }
            if (isComplete)
            {
                return held;
            }
            // One was replaced between our look at the list and now: the list has changed, so the next look succeeds.
            held.SkipLast(1).ToList().ForEach(static block => block.Release());
        }
    }

    /// <summary>Writes what the head held before <paramref name="cut"/> as a block, which is on disk and in use when this returns.</summary>
    /// <returns>False when there was nothing to write.</returns>
    /// <exception cref="IOException">The disk failed or is full; there is no such block then.</exception>
    public bool Write(IReadOnlyList<SeriesImage> series, long cut, ulong sequence)
    {
        var rank = new BlockRank(cut, sequence);
        var columns = new SampleColumns();
        using var writer = new BlockWriter(_disk, _directory, new BlockHeader
        {
            Rank = rank,
            LowestRank = rank,
            JournalIncarnation = _journalIncarnation,
            DeletedThrough = sequence,
            DeletedIncarnation = _journalIncarnation,
        });
        var isEmpty = true;
        foreach (var image in series.OrderBy(static image => image.Labels, SeriesOrder.Instance))
        {
            columns.Clear();
            image.Held.Read(columns, long.MinValue, cut - 1);
            if (columns.Count > 0)
            {
                writer.Add(image.Labels, columns);
                isEmpty = false;
            }
        }
        if (isEmpty)
        {
            return false;
        }
        var block = OpenFinished(writer.Finish());
        Log.BlockWritten(_logger, block.Header.FileName, block.Header.SampleCount, block.Header.SeriesCount, block.Bytes);
        Replace([], block);
        return true;
    }

    /// <summary>Merges the next blocks that are due, if any: so many of one level beside each other, or one that deletions concern.</summary>
    /// <returns>False when nothing is due.</returns>
    /// <exception cref="IOException">The disk failed or is full; everything is as before.</exception>
    public bool MergeNext(IReadOnlyList<SeriesDeletion> deletions)
    {
        var due = MergePlan.Next(Blocks, deletions, _journalIncarnation);
        if (due.Count == 0)
        {
            return false;
        }
        var header = MergePlan.HeaderOf(due, deletions, _journalIncarnation);
        using var writer = new BlockWriter(_disk, _directory, header);
        if (!new BlockMerge(due, deletions, _journalIncarnation).WriteTo(writer))
        {
            // Deletions left nothing. An empty block takes the place all the same: a file that is only deleted may be there again after a crash, with its samples.
            writer.Cover(due.Min(static block => block.Header.FirstMilliseconds), due.Max(static block => block.Header.LastMilliseconds));
        }
        var merged = OpenFinished(writer.Finish());
        Replace(due, merged);
        Log.BlocksMerged(_logger, due.Count, merged.Header.FileName, merged.Header.SampleCount, merged.Header.SeriesCount);
        return true;
    }

    /// <summary>Deletes blocks that lie wholly before <paramref name="cut"/>; returns how many.</summary>
    public int Retire(long cut)
    {
        var old = Blocks.Where(block => block.Header.LastMilliseconds < cut).ToList();
        if (old.Count > 0)
        {
            Replace(old, null);
        }
        return old.Count;
    }

    public void Dispose()
    {
        foreach (var block in Interlocked.Exchange(ref _blocks, []))
        {
            block.Release();
        }
    }

    private Block OpenFinished(BlockHeader header) =>
        Block.TryOpen(_disk, Path.Combine(_directory, header.FileName), _indexes, _logger, out var reason)
        ?? throw new IOException($"the metric block '{header.FileName}' was written and cannot be read back: {reason}");

    /// <summary>The new one is in the list before the old ones go: a reader finds each sample in at least one of them.</summary>
    private void Replace(IReadOnlyList<Block> old, Block? by)
    {
        var next = Blocks.Except(old).ToList();
        if (by is not null)
        {
            next.Add(by);
            next.Sort(static (left, right) => left.Header.Rank.CompareTo(right.Header.Rank));
        }
        Volatile.Write(ref _blocks, [.. next]);
        foreach (var block in old)
        {
            block.Retire();
        }
    }

    private Block? TryOpen(string path)
    {
        var block = Block.TryOpen(_disk, path, _indexes, _logger, out var reason);
        if (block is null)
        {
            _disk.Rename(path, path + DamagedSuffix);
            _disk.SyncDirectory(_directory);
            Log.BlockSetAside(_logger, path + DamagedSuffix, reason);
        }
        return block;
    }
}
