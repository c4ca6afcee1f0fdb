using System.Text;
using Observability.Durability;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>
/// The engine's state and what makes it last: a journal that gets every record before it is applied, and a snapshot that lets the journal be trimmed.
/// One caller at a time (<see cref="FrameIntake"/>); only <see cref="WriteSnapshot"/> may run beside it.
/// </summary>
internal sealed class EngineStore : IAsyncDisposable
{
    private readonly IDisk _disk;
    private readonly AppendLog _journal;
    private readonly PoisonGuard _guard;
    private readonly string _directory;
    private readonly string _snapshotPath;
    private readonly EngineOptions _options;
    private readonly ILogger _logger;
    private readonly List<IChangeListener> _listeners = [];
    private readonly List<SetAsideRecord> _setAside = [];
    private readonly List<LateSamples> _late = [];
    private long _bytesSinceSnapshot;

    private EngineStore(IDisk disk, string directory, EngineOptions options, ILogger logger)
    {
        _disk = disk;
        _directory = directory;
        _options = options;
        _logger = logger;
        _snapshotPath = Path.Combine(directory, "state.snapshot");
        _journal = AppendLog.Open(disk, Path.Combine(directory, "journal"), options.Journal);
        _guard = PoisonGuard.Open(disk, Path.Combine(directory, "applying"), _journal.Incarnation, _journal.FirstSequence);
        State = NewState();
        Metrics = new EngineMetrics(() => State);
    }

    /// <summary>The same object from <see cref="Open"/> on.</summary>
    public EngineState State { get; private set; }

    public EngineMetrics Metrics { get; }

    /// <summary>Records that the replay left out because they brought the engine down, those of earlier starts included while the journal holds them.</summary>
    public IReadOnlyList<SetAsideRecord> SetAside => _setAside;

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
        var store = new EngineStore(disk, directory, options, logger);
        store.Restore();
        return store;
    }

    /// <summary>Before the first commit; replay is over then.</summary>
    public void AddListener(IChangeListener listener) => _listeners.Add(listener);

    /// <summary>Puts records on disk as one group, then applies them in order and tells the listeners. Anything but "appended" means that nothing happened.</summary>
    /// <exception cref="PoisonRecordException">A record could not be applied. The state is not to be used any more: the process has to start again.</exception>
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
            var applied = ApplyGuarded(result.FirstSequence + (ulong)i, records[i]);
            Report(applied);
            Remember(applied.Late);
            if (applied.Changes is { } changes)
            {
                foreach (var listener in _listeners)
                {
                    listener.OnApplied(changes);
                }
            }
        }
        _guard.End();
        return result;
    }

    /// <summary>Late samples of the records applied since the last call, a replay included: a crash may have come before their dead letter.</summary>
    public IReadOnlyList<LateSamples> TakeLate()
    {
        LateSamples[] taken = [.. _late];
        _late.Clear();
        return taken;
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
        _guard.Dispose();
        Metrics.Dispose();
        State.Dispose();
    }

    /// <summary>
    /// A record that cannot be applied leaves a state that no replay would make, so the state is made anew: without the record once it has had its
    /// chances, which <see cref="PoisonGuard"/> counts and bounds.
    /// </summary>
    private void Restore()
    {
        while (true)
        {
            try
            {
                var outcome = ReadSnapshot();
                var replayed = Replay();
                Log.StateRestored(_logger, outcome, replayed, State.Metrics.SeriesCount, State.Runs.PipelineCount);
                _setAside.ForEach(_ => Metrics.CountDeadLetter());
                return;
            }
            catch (PoisonRecordException)
            {
                State.Dispose();
                State = NewState();
                _setAside.Clear();
                _late.Clear();
                _bytesSinceSnapshot = 0;
            }
        }
    }

    private EngineState NewState()
    {
        var state = new EngineState(_options, _logger);
        // Before snapshot and journal, which bring nothing back that a block holds.
        state.Metrics.OpenBlocks(_disk, Path.Combine(_directory, "blocks"), _journal.Incarnation);
        return state;
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
                if (_guard.IsSetAside(sequence, out var reason))
                {
                    var left = EngineRecord.Read(content);
                    _setAside.Add(new SetAsideRecord(left.Name, left.Frame.ToArray(), reason));
                    State.ApplySetAside(sequence, left);
                }
                else
                {
                    Remember(ApplyGuarded(sequence, content).Late);
                }
                _bytesSinceSnapshot += content.Length;
                replayed++;
            }
        }
        _guard.End();
        return replayed;
    }

    /// <exception cref="InvalidDataException">The record is of a newer version: that must stop us, and is no fault of the record.</exception>
    private AppliedRecord ApplyGuarded(ulong sequence, ReadOnlyMemory<byte> content)
    {
        var record = EngineRecord.Read(content);
        _guard.Begin(sequence);
        try
        {
            _options.BeforeApplying?.Invoke(record.Name);
            return State.Apply(sequence, record);
        }
        catch (Exception exception)
        {
            Log.ApplyFailed(_logger, exception, sequence);
            _guard.Fail(sequence);
            throw new PoisonRecordException(sequence, exception);
        }
    }

    // No more of them than will be kept; each is counted in any case.
    private void Remember(LateSamples? late)
    {
        if (late is not null && _late.Count < DeadLetterFrames.MaximumFrames)
        {
            _late.Add(late);
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

/// <summary>A record that is left out of the state, for a dead letter.</summary>
/// <param name="Name">Of the frame; none for a tick.</param>
/// <param name="Frame">What the engine had kept of it.</param>
/// <param name="Reason">In words.</param>
internal sealed record SetAsideRecord(FrameName Name, byte[] Frame, string Reason);

/// <summary>A record of the journal broke the code that applies it. What is in memory is not to be used any more.</summary>
internal sealed class PoisonRecordException(ulong sequence, Exception cause)
    : Exception($"journal record {sequence} could not be applied; the next start tries again, and sets it aside when that fails too", cause);
