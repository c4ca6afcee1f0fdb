using System.Threading.Channels;
using Observability.Durability;
using Observability.Messaging;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>
/// Takes frames from the bus, in one loop: what waits becomes one group of journal records, is on disk after one sync, is applied in that order, and only
/// then are its senders answered. Also gives the engine its minute tick and its snapshots, because both are steps in the same order.
/// </summary>
internal sealed class FrameIntake(EngineStore store, DeadLetterFrames deadLetters, EngineOptions options, TimeProvider time, ILogger<FrameIntake> logger)
    : BackgroundService, IFrameConsumer
{
    /// <summary>Frames that may wait for the loop. Four times what one Collector has under way; the bus keeps the rest.</summary>
    private const int WaitingFrames = 1024;

    /// <summary>One sync for at most this many frames: more would make the first of them wait for the last.</summary>
    private const int GroupFrames = 256;

    /// <summary>Bytes of records at which a group is closed: the gain of sharing a sync ends long before.</summary>
    private const int GroupBytes = 4 << 20;

    private readonly Channel<Arrival> _arrivals = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(WaitingFrames) { SingleReader = true });
    private readonly EngineClock _clock = new(time);
    private readonly RecordBatch _batch = new();
    private readonly List<Arrival> _group = [];
    private readonly HashSet<FrameName> _namesInGroup = [];
    private long _lastSnapshotAt = time.GetTimestamp();
    private ulong _snapshotSequence = store.State.AppliedSequence;
    private Task _snapshot = Task.CompletedTask;
    private long _lastMaintenanceAt = time.GetTimestamp();
    private Task _maintenance = Task.CompletedTask;
    private ITimer? _ticking;

    /// <summary>Ends when the minute's tick that was queued last is applied; a clock that is moved by hand waits for it before it moves on.</summary>
    public Task LastTick { get; private set; } = Task.CompletedTask;

    public long? NextOffset => store.State.Marks.NextOffset;

    /// <remarks>The token is not looked at once the frame waits: its bytes are in use until the task ends.</remarks>
    public async ValueTask ConsumeAsync(ReceivedFrame frame, CancellationToken cancellationToken)
    {
        if (store.State.Marks.IsApplied(frame.Name))
        {
            store.Metrics.CountKnownFrame();
            return;
        }
        var arrival = new Arrival(frame);
        await _arrivals.Writer.WriteAsync(arrival, cancellationToken);
        await arrival.Completion.Task;
    }

    /// <summary>Deletes samples: true when that is on disk and in every answer from now on, false when too many deletions still wait for their blocks.</summary>
    /// <exception cref="IOException">The journal refused it; nothing is deleted.</exception>
    public async Task<bool> DeleteAsync(DeletionOrder order, CancellationToken cancellationToken)
    {
        if (!store.State.Metrics.CanDelete)
        {
            return false;
        }
        var arrival = new Arrival(null, order);
        await _arrivals.Writer.WriteAsync(arrival, cancellationToken);
        await arrival.Completion.Task;
        Log.SeriesDeleted(logger, order.Actor, string.Join(", ", order.Deletion.Matchers), order.Deletion.FromMilliseconds, order.Deletion.UntilMilliseconds);
        return true;
    }

    /// <remarks>The minutes count from here, and not from the moment at which a busy machine gets round to the loop.</remarks>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _ticking = time.CreateTimer(_ => QueueTick(), null, options.TickEvery, options.TickEvery);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _ticking?.Dispose();
        _batch.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var record in store.SetAside)
        {
            Keep(record.Name, record.Frame, record.Reason);
        }
        KeepLateSamples();
        try
        {
            while (await _arrivals.Reader.WaitToReadAsync(stoppingToken))
            {
                await TakeGroupAsync();
                SnapshotIfDue();
                MaintainMetricsIfDue();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what waits is not acknowledged and comes again.
        }
        finally
        {
            _arrivals.Writer.TryComplete();
            while (_arrivals.Reader.TryRead(out var left))
            {
                _group.Add(left);
            }
            // Also those of a group that ended in a fault: it may be on disk, and then the next start knows its frames.
            _group.ForEach(left => left.Completion.TrySetCanceled(CancellationToken.None));
            await _snapshot;
            await _maintenance;
        }
    }

    // A tick that finds the queue full comes in a minute: a rested series is far from stale.
    private void QueueTick()
    {
        var tick = new Arrival(null);
        if (_arrivals.Writer.TryWrite(tick))
        {
            LastTick = tick.Completion.Task;
        }
    }

    private async Task TakeGroupAsync()
    {
        _batch.Clear();
        _group.Clear();
        _namesInGroup.Clear();
        var now = _clock.Now(store.State.EngineTimeMilliseconds);
        while (_group.Count < GroupFrames && _batch.ByteCount < GroupBytes && _arrivals.Reader.TryRead(out var arrival))
        {
            _group.Add(arrival);
            Add(arrival, now);
        }
        var result = _batch.Count == 0 ? new AppendResult(AppendOutcome.Appended) : await CommitAsync();
        KeepLateSamples();
        foreach (var arrival in _group)
        {
            if (result.IsAppended)
            {
                arrival.Completion.TrySetResult();
            }
            else
            {
                arrival.Completion.TrySetException(new IOException($"the engine's journal refused the frame ({result.Outcome}): {result.Reason}"));
            }
        }
    }

    private void Add(Arrival arrival, long now)
    {
        if (arrival.Deletion is { } order)
        {
            _batch.AddDeletion(order, now);
        }
        else if (arrival.Frame is not { } frame)
        {
            _batch.AddTick(now);
        }
        else if (store.State.Marks.IsApplied(frame.Name) || !_namesInGroup.Add(frame.Name))
        {
            store.Metrics.CountKnownFrame();
        }
        else
        {
            AddFrame(frame, now);
        }
    }

    private void AddFrame(in ReceivedFrame frame, long now)
    {
        try
        {
            _batch.AddFrame(frame, now);
        }
        catch (FrameFormatException exception)
        {
            SetAside(frame, exception.Message);
            _batch.AddDeadLetter(frame, now);
        }
    }

    private void SetAside(in ReceivedFrame frame, string reason)
    {
        store.Metrics.CountDeadLetter();
        Keep(frame.Name, frame.Bytes.Span, reason);
    }

    private void Keep(FrameName name, ReadOnlySpan<byte> frame, string reason)
    {
        try
        {
            Log.FrameSetAside(logger, name, deadLetters.TryKeep(name, frame, reason), reason);
        }
        catch (IOException exception)
        {
            // The frame is of no use to anybody; holding up the others for its copy would be.
            Log.DeadLetterFailed(logger, exception.Message);
        }
    }

    private void KeepLateSamples()
    {
        try
        {
            foreach (var late in store.TakeLate())
            {
                deadLetters.TryKeep(late);
            }
        }
        catch (IOException exception)
        {
            // They were counted and told; holding up the samples that are in time would be worse.
            Log.DeadLetterFailed(logger, exception.Message);
        }
    }

    /// <summary>A full journal is what a snapshot empties; only when that does not help are the senders refused.</summary>
    private async Task<AppendResult> CommitAsync()
    {
        var records = _batch.Records();
        var result = await store.CommitAsync(records);
        if (result.Outcome == AppendOutcome.Full)
        {
            await _snapshot;
            WriteSnapshot(store.State.Capture());
            result = await store.CommitAsync(records);
        }
        if (!result.IsAppended)
        {
            Log.JournalRefused(logger, _group.Count, result.Outcome, result.Reason);
        }
        return result;
    }

    private void SnapshotIfDue()
    {
        var isChanged = store.State.AppliedSequence != _snapshotSequence;
        var isDue = store.BytesSinceSnapshot >= options.SnapshotAfterBytes || time.GetElapsedTime(_lastSnapshotAt) >= options.SnapshotAfter;
        if (isChanged && isDue && _snapshot.IsCompleted)
        {
            // Taking the image is quick and has its place in the order; writing it out takes long and has none.
            var image = store.State.Capture();
            _lastSnapshotAt = time.GetTimestamp();
            _snapshot = Task.Run(() => WriteSnapshot(image));
        }
    }

    /// <summary>Blocks of metrics are written, merged and deleted beside the loop; between two groups every record is applied whole.</summary>
    private void MaintainMetricsIfDue()
    {
        if (_maintenance.IsCompleted && time.GetElapsedTime(_lastMaintenanceAt) >= options.TickEvery)
        {
            var (now, sequence) = (store.State.EngineTimeMilliseconds, store.State.AppliedSequence);
            _lastMaintenanceAt = time.GetTimestamp();
            _maintenance = Task.Run(() => store.State.Metrics.Maintain(now, sequence));
        }
    }

    private void WriteSnapshot(EngineImage image)
    {
        try
        {
            store.WriteSnapshot(image);
            _snapshotSequence = image.Sequence;
            store.Metrics.CountSnapshot(written: true);
            Log.SnapshotWritten(logger, image.Sequence, store.JournalBytes);
        }
        catch (IOException exception)
        {
            store.Metrics.CountSnapshot(written: false);
            Log.SnapshotFailed(logger, exception.Message);
        }
    }

    /// <summary>A frame, a deletion, or without either the minute's tick, and whoever waits for it.</summary>
    private sealed class Arrival(ReceivedFrame? frame, DeletionOrder? deletion = null)
    {
        public ReceivedFrame? Frame { get; } = frame;

        public DeletionOrder? Deletion { get; } = deletion;

        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
