using System.Text;
using Observability.Durability;

namespace Observability.RuleEngine.Consuming;

/// <summary>
/// The engine's state and what makes it last: a journal that gets every record before it is applied, and a snapshot that lets the journal be trimmed.
/// One caller at a time (<see cref="FrameIntake"/>); only <see cref="WriteSnapshot"/> may run beside it.
/// </summary>
internal sealed class EngineStore : IAsyncDisposable
{
    private readonly IDisk _disk;
    private readonly AppendLog _journal;
    private readonly string _snapshotPath;
    private readonly ILogger _logger;
    private readonly List<IChangeListener> _listeners = [];
    private long _bytesSinceSnapshot;

    private EngineStore(IDisk disk, AppendLog journal, string snapshotPath, EngineState state, ILogger logger)
    {
        _disk = disk;
        _journal = journal;
        _snapshotPath = snapshotPath;
        _logger = logger;
        State = state;
        Metrics = new EngineMetrics(() => State);
    }

    public EngineState State { get; }

    public EngineMetrics Metrics { get; }

    public long JournalBytes => _journal.BytesUsed;

    /// <summary>Journal bytes that the next start would replay.</summary>
    public long BytesSinceSnapshot => Interlocked.Read(ref _bytesSinceSnapshot);

    /// <summary>Makes the state again from snapshot and journal.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="directory">The engine's own; made when missing, locked against a second process.</param>
    /// <param name="options">Limits; the same state needs the same limits.</param>
    /// <param name="logger">Told of damage.</param>
    /// <exception cref="DirectoryLockedException">Another process has it open.</exception>
    public static EngineStore Open(IDisk disk, string directory, EngineOptions options, ILogger logger)
    {
        disk.CreateDirectory(directory);
        var journal = AppendLog.Open(disk, Path.Combine(directory, "journal"), options.Journal);
        var store = new EngineStore(disk, journal, Path.Combine(directory, "state.snapshot"), new EngineState(options), logger);
        var outcome = store.ReadSnapshot();
        var replayed = store.Replay();
        Log.StateRestored(logger, outcome, replayed, store.State.Metrics.SeriesCount, store.State.Runs.PipelineCount);
        return store;
    }

    /// <summary>Before the first commit; replay is over then.</summary>
    public void AddListener(IChangeListener listener) => _listeners.Add(listener);

    /// <summary>Puts records on disk as one group, then applies them in order and tells the listeners. Anything but "appended" means that nothing happened.</summary>
    public async ValueTask<AppendResult> CommitAsync(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var result = await _journal.AppendAsync(records);
        if (!result.IsAppended)
        {
            return result;
        }
        for (var i = 0; i < records.Count; i++)
        {
            Interlocked.Add(ref _bytesSinceSnapshot, records[i].Length);
            var applied = Apply(result.FirstSequence + (ulong)i, records[i]);
            Report(applied);
            if (applied.Changes is { } changes)
            {
                foreach (var listener in _listeners)
                {
                    listener.OnApplied(changes);
                }
            }
        }
        return result;
    }

    /// <summary>Replaces the snapshot and gives up the journal before it. May run beside commits.</summary>
    /// <exception cref="IOException">The disk failed or is full; the old snapshot stays and the journal with it.</exception>
    public void WriteSnapshot(EngineImage image)
    {
        var bytes = BytesSinceSnapshot;
        SnapshotFile.Write(_disk, _snapshotPath, EngineImage.FormatVersion, target => image.WriteTo(target, _journal.Incarnation));
        _journal.TrimBefore(image.Sequence + 1);
        Interlocked.Add(ref _bytesSinceSnapshot, -bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        Metrics.Dispose();
        State.Dispose();
    }

    private SnapshotOutcome ReadSnapshot()
    {
        var outcome = SnapshotFile.Read(_disk, _snapshotPath, (version, source) =>
        {
            if (version != EngineImage.FormatVersion)
            {
                throw new InvalidDataException($"'{_snapshotPath}' has format version {version}; this program reads {EngineImage.FormatVersion}: start the newer one");
            }
            using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
            State.Restore(source, isSameJournal: reader.ReadUInt64() == _journal.Incarnation);
        });
        if (outcome == SnapshotOutcome.Damaged)
        {
            Log.SnapshotDamaged(_logger);
        }
        return outcome;
    }

    private long Replay()
    {
        long replayed = 0;
        var reader = _journal.OpenReader(State.AppliedSequence + 1);
        while (reader.TryRead(out var batch))
        {
            if (batch.Gap is { } gap)
            {
                Log.JournalGap(_logger, gap.FirstSequence, gap.LastSequence, gap.Reason, gap.SegmentPath, gap.Position);
                continue;
            }
            foreach (var (sequence, content) in batch.Entries)
            {
                Apply(sequence, content);
                _bytesSinceSnapshot += content.Length;
                replayed++;
            }
        }
        return replayed;
    }

    /// <summary>
    /// A record that breaks the code that applies it must not stop the engine for ever: it is already on disk, so every restart would meet it again.
    /// It stays applied as far as it came, here and in every replay alike, and is told loudly. A record of a newer version is no such case: it must stop us.
    /// </summary>
    private AppliedRecord Apply(ulong sequence, ReadOnlyMemory<byte> record)
    {
        try
        {
            return State.Apply(sequence, record);
        }
        catch (Exception exception) when (exception is not (InvalidDataException or OutOfMemoryException))
        {
            Log.ApplyFailed(_logger, exception, sequence);
            Metrics.CountDeadLetter();
            return default;
        }
    }

    private void Report(in AppliedRecord applied)
    {
        Metrics.Count(applied);
        foreach (var refused in applied.Refused ?? [])
        {
            Log.SamplesRefused(_logger, refused.Total, refused.Example);
        }
        if (applied.RefusedRuns > 0)
        {
            Log.RunsRefused(_logger, applied.RefusedRuns);
        }
    }
}
