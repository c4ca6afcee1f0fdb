using Microsoft.Extensions.Logging;
using Observability.Durability;
using Observability.MetricStore.Blocks;
using Observability.MetricStore.Chunks;
using Observability.MetricStore.Head;
using Observability.MetricStore.Reading;
using Observability.Telemetry;

namespace Observability.MetricStore;

/// <summary>
/// The newest samples in memory, the others in block files. Its owner journals what it appends and replays that journal; a sample leaves memory only when a
/// block holds it on disk, and a block knows up to which record of the journal it does, so that a replay neither loses a sample nor brings it back.
/// One caller appends; reads run beside it; <see cref="Maintain"/> runs beside both.
/// </summary>
public sealed class EmbeddedMetricStore : IMetricStore, IDisposable
{
    /// <summary>Every reader looks at every deletion that a block has not done; the next merge is a minute away.</summary>
    private const int MaximumDeletions = 1_000;

    /// <summary>Blocks of 15 days are under 40.</summary>
    private const int MaximumMerges = 100;

    private readonly MetricStoreOptions _options;
    private readonly MetricHead _head;
    private readonly ILogger _logger;
    private BlockStore? _blocks;
    private SeriesDeletion[] _deletions = [];
    private ulong _sequence;
    private long _lastCut = long.MinValue;

    // While a block is being written: the record through which it will be deleted. It holds what later deletions concern and is not in the list yet.
    private ulong _writingThrough = ulong.MaxValue;

    /// <summary>Without blocks: everything stays in memory, within its limits, until <see cref="OpenBlocks"/>.</summary>
    public EmbeddedMetricStore(MetricStoreOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _head = new MetricHead(options);
    }

    public int SeriesCount => _head.SeriesCount;

    public long SampleCount => _head.SampleCount + (_blocks?.SampleCount ?? 0);

    /// <summary>Samples in memory.</summary>
    public long HeadSampleCount => _head.SampleCount;

    public int BlockCount => _blocks?.Blocks.Count ?? 0;

    /// <summary>Opens the block files. Before <see cref="Restore"/> and replay, which need to know what blocks hold.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="directory">Made when missing; the caller's lock covers it.</param>
    /// <param name="journalIncarnation">Of the caller's journal; sequences of another one mean nothing.</param>
    public void OpenBlocks(IDisk disk, string directory, ulong journalIncarnation)
    {
        _blocks = BlockStore.Open(disk, directory, journalIncarnation, _logger);
        foreach (var block in _blocks.Blocks)
        {
            _lastCut = Math.Max(_lastCut, block.Header.Rank.CutMilliseconds);
        }
    }

    /// <summary>The record of the journal that the following appends belong to, in a replay as in life.</summary>
    public void BeginRecord(ulong sequence)
    {
        _sequence = sequence;
        _head.FloorMilliseconds = _blocks?.StoredBefore(sequence) ?? long.MinValue;
    }

    /// <inheritdoc cref="MetricHead.Append(TelemetryFrame, long)"/>
    public AppendReport Append(TelemetryFrame frame, long nowMilliseconds) => _head.Append(frame, nowMilliseconds);

    /// <summary>Keeps a few samples that the engine made itself.</summary>
    public AppendReport Append(IReadOnlyList<MetricSample> samples, MetricKind kind, long nowMilliseconds) => _head.Append(samples, kind, nowMilliseconds);

    /// <summary>False while so many deletions wait for their blocks that every reader would feel another one; the next merge is a minute away.</summary>
    public bool CanDelete => OpenDeletions().Count < MaximumDeletions;

    /// <summary>
    /// Deletes the samples in [from, until] of the series that satisfy every matcher: in memory at once, in blocks for every reader at once and on disk with
    /// <see cref="Maintain"/>. The owner journals it like an append, after it asked <see cref="CanDelete"/>: what is in the journal is done, in a replay too.
    /// </summary>
    public void Delete(IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds)
    {
        var open = OpenDeletions();
        _head.Delete(matchers, fromMilliseconds, untilMilliseconds);
        Volatile.Write(ref _deletions, [.. open, new SeriesDeletion(_sequence, matchers, fromMilliseconds, untilMilliseconds)]);
    }

    public IReadOnlyList<SeriesSamples> Select(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds)
    {
        using var cursor = Open(matchers, afterMilliseconds, untilMilliseconds);
        var found = new List<SeriesSamples>();
        while (cursor.MoveNext())
        {
            found.Add(new SeriesSamples(cursor.Labels, cursor.Timestamps.ToArray(), cursor.Values.ToArray()));
        }
        return found;
    }

    public ISeriesCursor Open(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds, bool newestOnly = false)
    {
        // Memory first: what leaves it after this is still in what we hold, what left before is in a block of the list that we take next.
        var inMemory = afterMilliseconds >= untilMilliseconds ? [] : _head.Find(matchers);
        var held = _blocks?.Hold(afterMilliseconds, untilMilliseconds) ?? [];
        try
        {
            return new StoreCursor(SeriesMerge.Of(inMemory, held, matchers), held, Volatile.Read(ref _deletions), _blocks?.JournalIncarnation ?? 0, afterMilliseconds, untilMilliseconds, newestOnly);
        }
        catch
        {
            held.ForEach(static block => block.Release());
            throw;
        }
    }

    public IReadOnlyList<LabelSet> Series(IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds)
    {
        var after = fromMilliseconds == long.MinValue ? fromMilliseconds : fromMilliseconds - 1;
        var inMemory = _head.Find(matchers);
        var held = _blocks?.Hold(after, untilMilliseconds) ?? [];
        try
        {
            var (columns, buffer) = (new SampleColumns(), new BlockReadBuffer());
            return [.. SeriesMerge.Of(inMemory, held, matchers).Where(series => series.HasSample(after, untilMilliseconds, columns, buffer)).Select(series => series.Labels)];
        }
        finally
        {
            held.ForEach(static block => block.Release());
        }
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in Series(matchers, fromMilliseconds, untilMilliseconds))
        {
            foreach (var (name, _) in labels.AsSpan())
            {
                names.Add(name);
            }
        }
        return [.. names];
    }

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var labels in Series([.. matchers, new LabelMatcher(name, MatchOperator.NotEqual, "")], fromMilliseconds, untilMilliseconds))
        {
            values.Add(labels[name]);
        }
        return [.. values];
    }

    public IReadOnlyDictionary<string, MetricKind> Metadata() => _head.Kinds;

    /// <inheritdoc cref="MetricHead.Retire"/>
    public long Retire(long nowMilliseconds) => _head.Retire(nowMilliseconds);

    /// <summary>
    /// Writes the block that is due, merges blocks, deletes what is past the retention. Slow, and safe beside everything but itself. What the disk refuses is
    /// told and tried again with the next call.
    /// </summary>
    /// <param name="nowMilliseconds">The engine's clock.</param>
    /// <param name="appliedSequence">The last record that is wholly applied; the caller took it while nothing was being appended.</param>
    public void Maintain(long nowMilliseconds, ulong appliedSequence)
    {
        if (_blocks is not { } blocks)
        {
            return;
        }
        WriteBlock(blocks, BlockSchedule.CutAt(nowMilliseconds, _head.SampleCount, _options), appliedSequence);
        var retired = blocks.Retire(nowMilliseconds - (long)_options.Retention.TotalMilliseconds);
        if (retired > 0)
        {
            Blocks.Log.BlocksRetired(_logger, retired, _options.Retention);
        }
        try
        {
            // Each step makes the list shorter or a deletion done, so it ends; the bound is for a fault of ours.
            for (var steps = 0; steps < MaximumMerges && blocks.MergeNext(Volatile.Read(ref _deletions)); steps++)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            Blocks.Log.MergeFailed(_logger, exception.Message);
        }
    }

    /// <summary>What is in memory now, for the owner's snapshot; written out while appends go on. Blocks are not in it.</summary>
    public StoreImage Capture() => new(_head.Capture(), Volatile.Read(ref _deletions));

    /// <summary>Fills an empty store from what <see cref="StoreImage.WriteTo"/> wrote.</summary>
    /// <param name="source">Positioned at the image.</param>
    /// <param name="sequence">Record of the journal at which the image was taken; 0 when that journal is gone.</param>
    /// <exception cref="InvalidDataException">Not that, or of another version.</exception>
    public void Restore(Stream source, ulong sequence)
    {
        _deletions = StoreImage.ReadDeletions(source);
        if (sequence == 0)
        {
            // Records of another journal mean nothing here; as number 0 a deletion is open for the blocks of that journal and for no later one.
            _deletions = [.. _deletions.Select(static deletion => deletion with { Sequence = 0 })];
        }
        _head.Restore(source);
        // A block that was written after the image holds what the image still has; what came after the block's own record is not touched.
        if (_blocks?.StoredBefore(sequence) is { } cut and > long.MinValue)
        {
            _head.DropRestoredBefore(cut);
        }
    }

    public void Dispose()
    {
        _head.Dispose();
        _blocks?.Dispose();
    }

    /// <summary>Those that some block, also one that is just being written, has not done.</summary>
    private List<SeriesDeletion> OpenDeletions()
    {
        if (_blocks is not { } blocks)
        {
            return [];
        }
        // Before the list of blocks: what is written after this look is in that list, or in neither and then without the samples.
        var writingThrough = Volatile.Read(ref _writingThrough);
        return [.. Volatile.Read(ref _deletions).Where(deletion =>
            deletion.Sequence > writingThrough || blocks.Blocks.Any(block => deletion.IsOpenFor(block.Header, blocks.JournalIncarnation)))];
    }

    private void WriteBlock(BlockStore blocks, long cut, ulong appliedSequence)
    {
        if (cut <= _lastCut)
        {
            return;
        }
        Volatile.Write(ref _writingThrough, appliedSequence);
        try
        {
            var image = _head.CaptureBefore(cut);
            blocks.Write(image, cut, appliedSequence);
            _head.DropStored(image, cut);
            _lastCut = cut;
        }
        catch (IOException exception)
        {
            Blocks.Log.WriteFailed(_logger, DateTimeOffset.FromUnixTimeMilliseconds(cut), exception.Message);
        }
        finally
        {
            Volatile.Write(ref _writingThrough, ulong.MaxValue);
        }
    }
}
