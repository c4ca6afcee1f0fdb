using System.Runtime.CompilerServices;
using Observability.Durability;

namespace Observability.StateStore;

/// <summary>
/// The store of one process: everything in memory, every commit one record of a journal, and a snapshot of all of it whenever the journal has grown
/// enough. Commits that touch different documents share a flush.
/// </summary>
public sealed class JournalStateStore : IStateStore
{
    private const string JournalDirectory = "journal";
    private const string SnapshotName = "state.snapshot";

    /// <summary>While the journal is full, each refused commit asks for a snapshot. Shorter: a full disk is busy with snapshots that cannot succeed.</summary>
    private static readonly TimeSpan s_betweenUrgentSnapshots = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly IDisk _disk;
    private readonly string _snapshotPath;
    private readonly TimeProvider _time;
    private readonly JournalStateOptions _options;
    private readonly AppendLog _log;
    private readonly PendingCommits _pending = new();
    private readonly StateSignal _changed = new();
    private StateImage _image;
    private ulong _lastVersion;
    private ulong _lastOutboxId;
    private long _bytesUntilSnapshot;
    private DateTimeOffset _nextUrgentSnapshot;
    private Task _snapshot = Task.CompletedTask;
    private volatile bool _isClosed;

    private JournalStateStore(IDisk disk, string directory, TimeProvider time, JournalStateOptions options, AppendLog log, StateImage image, long replayedBytes)
    {
        _disk = disk;
        _snapshotPath = Path.Combine(directory, SnapshotName);
        _time = time;
        _options = options;
        _log = log;
        _image = image;
        _lastVersion = image.LastVersion;
        _lastOutboxId = image.LastOutboxId;
        _bytesUntilSnapshot = options.SnapshotAfterBytes - replayedBytes;
    }

    /// <summary>Why the last snapshot failed; null while all is well. The journal grows until one succeeds, then commits end as full.</summary>
    public string? SnapshotFault { get; private set; }

    private StateImage Image => Volatile.Read(ref _image);

    /// <summary>Opens the state of a directory, or begins one: reads the snapshot and replays the journal behind it.</summary>
    /// <exception cref="DirectoryLockedException">It is open elsewhere.</exception>
    /// <exception cref="LogFormatException">Snapshot or journal is damaged, or they do not belong together. Nothing was changed.</exception>
    public static async Task<JournalStateStore> OpenAsync(IDisk disk, string directory, TimeProvider time, JournalStateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        options ??= new JournalStateOptions();
        disk.CreateDirectory(directory);
        var log = AppendLog.Open(disk, Path.Combine(directory, JournalDirectory), options.Journal);
        try
        {
            var (image, replayedBytes) = JournalReplay.Run(disk, Path.Combine(directory, SnapshotName), log);
            return new JournalStateStore(disk, directory, time, options, log, image, replayedBytes);
        }
        catch
        {
            await log.DisposeAsync();
            throw;
        }
    }

    public ValueTask<StateDocument?> GetAsync(string collection, string key, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return new(Image.Find(collection, key));
    }

    public IAsyncEnumerable<StateDocument> ListAsync(string collection, string keyPrefix, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return Image.Collection(collection).WithPrefix(keyPrefix).ToAsyncEnumerable();
    }

    public async Task<CommitOutcome> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var decision = new TransactionDecision(transaction, _options);
        var result = await ChangeAsync(decision.Touched, decision.Decide, cancellationToken);
        return result switch
        {
            null => decision.Refusal!,
            { Outcome: AppendOutcome.Appended } => new CommitOutcome(CommitStatus.Committed, decision.Version),
            { Outcome: AppendOutcome.Full or AppendOutcome.Busy } => new CommitOutcome(CommitStatus.Full, Reason: result.Value.Reason!),
            _ => throw FaultOf(result.Value),
        };
    }

    public Task<IReadOnlyList<OutboxRow>> OutboxAsync(ulong afterId, int limit, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return Task.FromResult<IReadOnlyList<OutboxRow>>([.. Image.OutboxAbove(afterId).Take(limit)]);
    }

    public Task WaitForOutboxAsync(ulong afterId, CancellationToken cancellationToken) =>
        WaitUntilAsync(image => image.Outbox.Count > 0 && image.Outbox[^1].Id > afterId, cancellationToken);

    public async Task AcknowledgeOutboxAsync(IReadOnlyCollection<ulong> ids, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync([], Decide, cancellationToken);
        ThrowUnlessStored(result);

        StateChanges? Decide(StateImage image, NextNumbers next)
        {
            var present = ids.Where(id => image.Outbox.Contains(new OutboxRow(id, "", "", default))).ToList();
            if (present.Count == 0)
            {
                return null;
            }
            var changes = new StateChanges(next.Version());
            changes.Acknowledged.AddRange(present);
            return changes;
        }
    }

    public Task<Lease?> TryAcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        return ChangeLeaseAsync(name, (current, now) =>
        {
            if (current is null || current.Holder != holder)
            {
                return current is not null && current.ExpiresAt > now && current.Holder.Length > 0
                    ? null
                    : new Lease(name, holder, (current?.Epoch ?? 0) + 1, now + duration);
            }
            return current with { Epoch = current.ExpiresAt > now ? current.Epoch : current.Epoch + 1, ExpiresAt = now + duration };
        }, cancellationToken);
    }

    public Task<Lease?> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        ChangeLeaseAsync(lease.Name, (current, now) => IsSame(current, lease) ? lease with { ExpiresAt = now + duration } : null, cancellationToken);

    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        // Nobody holds it afterwards, and the epoch that was given out is already an old one.
        ChangeLeaseAsync(lease.Name, (current, now) => IsSame(current, lease) ? new Lease(lease.Name, "", lease.Epoch + 1, now) : null, cancellationToken);

    public async IAsyncEnumerable<ulong> ChangesAsync(string collection, ulong afterVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitUntilAsync(image => image.Collection(collection).Version > afterVersion, cancellationToken);
            afterVersion = Image.Collection(collection).Version;
            yield return afterVersion;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _log.DisposeAsync();
        Task snapshot;
        lock (_gate)
        {
            snapshot = _snapshot;
        }
        await snapshot;
        _changed.Pulse();
    }

    private static bool IsSame(Lease? current, Lease lease) => current is not null && current.Epoch == lease.Epoch && current.Holder == lease.Holder;

    private async Task<Lease?> ChangeLeaseAsync(string name, Func<Lease?, DateTimeOffset, Lease?> decide, CancellationToken cancellationToken)
    {
        Lease? decided = null;
        var result = await ChangeAsync([(PendingCommits.LeaseCollection, name)], (image, next) =>
        {
            decided = decide(image.Leases.GetValueOrDefault(name), _time.GetUtcNow());
            if (decided is null)
            {
                return null;
            }
            var changes = new StateChanges(next.Version());
            changes.Leases.Add(decided);
            return changes;
        }, cancellationToken);
        ThrowUnlessStored(result);
        return decided;
    }

    /// <summary>Decides on settled state, gives the decision to the journal, and waits until it is durable and visible.</summary>
    /// <returns>How the journal took it; null when there was nothing to store.</returns>
    private async Task<AppendResult?> ChangeAsync(
        IReadOnlyList<(string Collection, string Key)> touched, Func<StateImage, NextNumbers, StateChanges?> decide, CancellationToken cancellationToken)
    {
        while (true)
        {
            PendingCommit? commit = null;
            PendingCommit? blocking;
            ValueTask<AppendResult> append = default;
            lock (_gate)
            {
                ThrowIfClosed();
                blocking = _pending.Blocking(touched);
                if (blocking is null)
                {
                    var changes = decide(_image, new NextNumbers(this));
                    if (changes is null)
                    {
                        return null;
                    }
                    commit = new PendingCommit(changes, WritesOf(changes));
                    var record = StateCodec.Encode(changes);
                    _pending.Add(commit);
                    _bytesUntilSnapshot -= record.Length;
                    // Inside the lock, so that the journal has the order in which was decided.
                    append = Append(record);
                }
            }
            if (commit is not null)
            {
                return await SettleAsync(commit, append);
            }
            await blocking!.Settled.Task.WaitAsync(cancellationToken);
        }
    }

    private async ValueTask<AppendResult> Append(byte[] record)
    {
        try
        {
            return await _log.AppendAsync(record, cancellationToken: CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // Closed between the decision and the journal: as for everybody else who is late, nothing was stored.
            return new AppendResult(AppendOutcome.Failed, Reason: "the store was closed");
        }
    }

    private async Task<AppendResult?> SettleAsync(PendingCommit commit, ValueTask<AppendResult> append)
    {
        var result = await append;
        lock (_gate)
        {
            commit.Result = result;
            foreach (var finished in _pending.TakeFinished())
            {
                if (finished.Result!.Value.IsAppended)
                {
                    Volatile.Write(ref _image, _image.Apply(finished.Changes, finished.Result.Value.FirstSequence));
                }
                finished.Settled.SetResult();
            }
        }
        _changed.Pulse();
        await commit.Settled.Task;
        SnapshotIfDue(isUrgent: result.Outcome == AppendOutcome.Full);
        return result;
    }

    private void SnapshotIfDue(bool isUrgent)
    {
        lock (_gate)
        {
            isUrgent &= _time.GetUtcNow() >= _nextUrgentSnapshot;
            if (_isClosed || (_bytesUntilSnapshot > 0 && !isUrgent) || !_snapshot.IsCompleted)
            {
                return;
            }
            _nextUrgentSnapshot = _time.GetUtcNow() + s_betweenUrgentSnapshots;
            _bytesUntilSnapshot = _options.SnapshotAfterBytes;
            var image = _image;
            if (_options.Journal.CommitMode == CommitMode.OwnThread)
            {
                _snapshot = Task.Run(() => WriteSnapshot(image));
            }
            else
            {
                WriteSnapshot(image);
            }
        }
    }

    private void WriteSnapshot(StateImage image)
    {
        try
        {
            StateSnapshot.Write(_disk, _snapshotPath, _log.Incarnation, image);
            SnapshotFault = null;
            _log.TrimBefore(image.AppliedSequence + 1);
        }
        catch (IOException exception)
        {
            // The journal still has everything. Tried again when it has grown as much once more, or is full.
            SnapshotFault = exception.Message;
        }
    }

    private async Task WaitUntilAsync(Func<StateImage, bool> isReached, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = _changed.Next;
            ThrowIfClosed();
            if (isReached(Image))
            {
                return;
            }
            await next.WaitAsync(cancellationToken);
        }
    }

    private static List<(string Collection, string Key)> WritesOf(StateChanges changes) =>
    [
        .. changes.Written.Select(document => (document.Collection, document.Key)),
        .. changes.Deleted,
        .. changes.Leases.Select(lease => (PendingCommits.LeaseCollection, lease.Name)),
    ];

    private static void ThrowUnlessStored(AppendResult? result)
    {
        if (result is { IsAppended: false })
        {
            throw FaultOf(result.Value);
        }
    }

    private static IOException FaultOf(AppendResult result) =>
        result.Outcome is AppendOutcome.Full or AppendOutcome.Busy ? new DiskFullException(result.Reason!) : new IOException(result.Reason);

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, this);

    /// <summary>Numbers for a decision; taken only under the lock, and never given twice, also when the record fails.</summary>
    internal readonly struct NextNumbers(JournalStateStore store)
    {
        public ulong Version() => ++store._lastVersion;

        public ulong OutboxId() => ++store._lastOutboxId;
    }
}
