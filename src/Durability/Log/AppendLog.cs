namespace Observability.Durability;

/// <summary>
/// A segmented write-ahead log. Many threads append, everybody who waits shares one write and one flush, and an append completes only when its record is
/// on the device. Records are bytes with a sequence, contiguous from 1 for the life of the directory. The format is described in this project's README.
/// </summary>
public sealed class AppendLog : IAsyncDisposable
{
    private readonly AppendLogOptions _options;
    private readonly SegmentCatalog _catalog;
    private readonly AppendQueue _queue;
    private readonly LogWriter _writer;
    private readonly IDisposable _directoryLock;
    private readonly Lock _callerCommit = new();
    private readonly TaskCompletionSource _writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _advanced;
    private DurableMark _mark;
    private volatile bool _isClosed;

    private AppendLog(IDisk disk, string directory, AppendLogOptions options, IDisposable directoryLock, RecoveredLog recovered)
    {
        _options = options;
        _directoryLock = directoryLock;
        _mark = recovered.Mark;
        _catalog = new SegmentCatalog(disk, directory, options, recovered);
        _queue = new AppendQueue(options.MaximumWaitingAppends);
        _writer = new LogWriter(_catalog, recovered.Mark, OnDurable);
        Incarnation = recovered.Incarnation;
        SetAsideFiles = recovered.SetAside;
        if (options.CommitMode == CommitMode.OwnThread)
        {
            new Thread(RunWriter) { IsBackground = true, Name = "log " + Path.GetFileName(directory) }.Start();
        }
        else
        {
            _writerEnded.SetResult();
        }
    }

    /// <summary>Random 64 bits made with the directory. With a sequence it names a record for ever.</summary>
    public ulong Incarnation { get; }

    /// <summary>Segment files whose header was unreadable when the log was opened. They were renamed; what they held, readers report as a gap.</summary>
    public IReadOnlyList<string> SetAsideFiles { get; }

    /// <summary>Oldest record that is kept; <see cref="DurableSequence"/> + 1 when there is none.</summary>
    public ulong FirstSequence => _catalog.Live is [var oldest, ..] ? oldest.FirstSequence : DurableSequence + 1;

    /// <summary>Newest record on the device; 0 when there never was one.</summary>
    public ulong DurableSequence => Mark.Sequence;

    /// <summary>Bytes of segments that cannot take other records before they are trimmed.</summary>
    public long BytesUsed => _catalog.UsedBytes;

    public long CapacityBytes => _options.CapacityBytes;

    /// <summary>Flushes since opening. Appends divided by this tells how well they share.</summary>
    public long FlushCount => _writer.FlushCount;

    internal DurableMark Mark => Volatile.Read(ref _mark);

    internal LogSegment[] Segments => _catalog.LiveArray;

    /// <summary>Opens the log of a directory, or begins one. Cuts off what a crash left unfinished; none of that was acknowledged.</summary>
    /// <exception cref="DirectoryLockedException">It is open elsewhere.</exception>
    /// <exception cref="LogFormatException">The files are not ours to continue.</exception>
    public static AppendLog Open(IDisk disk, string directory, AppendLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        disk.CreateDirectory(directory);
        var directoryLock = disk.LockDirectory(directory);
        try
        {
            return new AppendLog(disk, directory, options, directoryLock, LogRecovery.Recover(disk, directory, options));
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Stores one record.</summary>
    /// <param name="content">The log's to read until the task completes.</param>
    /// <param name="priority">Low is refused early.</param>
    /// <param name="cancellationToken">Looked at before the append is queued, not later: the content is in use from then on.</param>
    /// <exception cref="ObjectDisposedException">The log was closed.</exception>
    public ValueTask<AppendResult> AppendAsync(
        ReadOnlyMemory<byte> content, AppendPriority priority = AppendPriority.Normal, CancellationToken cancellationToken = default)
    {
        var storedBytes = RecordFormat.StoredBytes(content.Length);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<AppendResult>(cancellationToken);
        }
        if (Refuse(storedBytes, priority) is { } refused)
        {
            return ValueTask.FromResult(refused);
        }
        var request = _queue.Rent();
        request.Hold(content);
        return Enqueue(request);
    }

    /// <summary>Stores several records behind each other, all or none, also across a crash.</summary>
    /// <param name="contents">At least one; list and contents are the log's to read until the task completes.</param>
    /// <param name="priority">Low is refused early.</param>
    /// <param name="cancellationToken">Looked at before the append is queued, not later: the contents are in use from then on.</param>
    /// <exception cref="ObjectDisposedException">The log was closed.</exception>
    public ValueTask<AppendResult> AppendAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> contents, AppendPriority priority = AppendPriority.Normal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentOutOfRangeException.ThrowIfZero(contents.Count, nameof(contents));
        long storedBytes = 0;
        for (var index = 0; index < contents.Count; index++)
        {
            storedBytes += RecordFormat.StoredBytes(contents[index].Length);
        }
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<AppendResult>(cancellationToken);
        }
        if (Refuse(storedBytes, priority) is { } refused)
        {
            return ValueTask.FromResult(refused);
        }
        var request = _queue.Rent();
        request.Hold(contents, storedBytes);
        return Enqueue(request);
    }

    /// <summary>A reader that begins at <paramref name="fromSequence"/>; below <see cref="FirstSequence"/> it first reports the gap.</summary>
    public AppendLogReader OpenReader(ulong fromSequence)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fromSequence);
        return new AppendLogReader(this, fromSequence);
    }

    /// <summary>
    /// Gives up records below <paramref name="sequence"/>, in whole segments; one flush each. Safe to repeat. When the device fails, the rest is given up
    /// by a later call. The caller sees to it that no reader still needs them.
    /// </summary>
    public void TrimBefore(ulong sequence) => _catalog.Trim(Math.Min(sequence, DurableSequence + 1));

    /// <summary>Stores what waits, then closes the files. Later appends and reads throw <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }
        _isClosed = true;
        _queue.Close();
        await _writerEnded.Task;
        Interlocked.Exchange(ref _advanced, null)?.TrySetResult();
        _catalog.Dispose();
        _directoryLock.Dispose();
    }

    internal void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, this);

    /// <summary>Completes when a record above <paramref name="sequence"/> is durable, or the log was closed.</summary>
    internal async ValueTask WaitBeyondAsync(ulong sequence, CancellationToken cancellationToken)
    {
        while (DurableSequence <= sequence)
        {
            var signal = Volatile.Read(ref _advanced);
            if (signal is null)
            {
                var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                signal = Interlocked.CompareExchange(ref _advanced, created, null) ?? created;
            }
            // Only now, with the signal in place, does a look at the state not miss an advance.
            ThrowIfClosed();
            if (DurableSequence > sequence)
            {
                return;
            }
            await signal.Task.WaitAsync(cancellationToken);
        }
    }

    private AppendResult? Refuse(long storedBytes, AppendPriority priority)
    {
        var roomInSegment = _options.SegmentBytes - SegmentHeader.Bytes;
        if (storedBytes > roomInSegment)
        {
            return new AppendResult(AppendOutcome.TooLarge, Reason: $"{storedBytes} bytes with headers; a segment takes {roomInSegment} (SegmentBytes)");
        }
        if (priority == AppendPriority.Low && BytesUsed + storedBytes > _options.CapacityBytes * _options.LowPriorityShare)
        {
            return new AppendResult(AppendOutcome.Full, Reason: "what is left is kept for normal priority (LowPriorityShare)");
        }
        return null;
    }

    private ValueTask<AppendResult> Enqueue(AppendRequest request)
    {
        // Taken before the request can complete: afterwards it may already serve another caller.
        var task = request.Task;
        if (!_queue.TryEnqueue(request))
        {
            request.Complete(new AppendResult(AppendOutcome.Busy, Reason: $"{_options.MaximumWaitingAppends} appends already wait for the device"));
        }
        else if (_options.CommitMode == CommitMode.Caller)
        {
            lock (_callerCommit)
            {
                _writer.Commit(_queue.Take([]));
            }
        }
        return task;
    }

    private void RunWriter()
    {
        var requests = new List<AppendRequest>();
        // Nothing but an I/O error is expected here, and the writer answers those itself. Anything else is a bug: it ends the process, which loses
        // nothing that was acknowledged, instead of leaving callers waiting for ever.
        while ((requests = _queue.WaitAndTake(requests)).Count > 0)
        {
            _writer.Commit(requests);
        }
        _writerEnded.SetResult();
    }

    private void OnDurable(DurableMark mark)
    {
        Volatile.Write(ref _mark, mark);
        Interlocked.Exchange(ref _advanced, null)?.TrySetResult();
    }
}
