namespace Observability.Durability;

/// <summary>
/// Turns waiting appends into writes: everything that waits shares one write and one flush. Used by one thread at a time.
/// </summary>
/// <remarks>
/// After a failed write or flush nothing behind the last good flush can be trusted, so the writer leaves that segment and starts another one, whose first
/// sequence cuts off whatever the failed write left behind. Only then are the failed appends told.
/// </remarks>
internal sealed class LogWriter(SegmentCatalog catalog, DurableMark mark, Action<DurableMark> onDurable)
{
    /// <summary>Bigger: fewer flushes when large records wait, but the first of them waits longer. A flush costs as much as writing about 100 KiB.</summary>
    private const long BatchBytes = 4 << 20;

    private readonly BatchBuffer _buffer = new();
    private readonly List<(AppendRequest Request, ulong FirstSequence)> _batch = [];
    private DurableMark _mark = mark;
    private LogSegment? _active;
    private ulong _nextSequence = mark.Sequence + 1;

    /// <summary>Flushes so far: divided by the appends it tells how well they share.</summary>
    public long FlushCount { get; private set; }

    private long ActiveEnd => ReferenceEquals(_mark.Segment, _active) ? _mark.End : SegmentHeader.Bytes;

    /// <summary>Completes every request. Clears the list.</summary>
    public void Commit(List<AppendRequest> requests)
    {
        foreach (var request in requests)
        {
            if (_buffer.Bytes >= BatchBytes)
            {
                WriteBatch();
            }
            if (!Fits(request) && !TryMoveOn(request))
            {
                continue;
            }
            Add(request);
        }
        WriteBatch();
        requests.Clear();
    }

    private bool Fits(AppendRequest request) =>
        _active is not null && ActiveEnd + _buffer.Bytes + request.StoredBytes <= _active.FileBytes;

    /// <returns>False when the request was completed with the reason why it cannot be stored.</returns>
    private bool TryMoveOn(AppendRequest request)
    {
        WriteBatch();
        if (Fits(request))
        {
            return true;
        }
        try
        {
            var started = catalog.TryStart(_nextSequence);
            if (started is null)
            {
                request.Complete(new AppendResult(AppendOutcome.Full, Reason: "all segments hold records that were not trimmed yet (CapacityBytes)"));
                return false;
            }
            _active = started;
            return true;
        }
        catch (IOException exception)
        {
            // The header of the segment that could not be started may be on the device all the same. It would cut off what the old one got from now on.
            _active = null;
            request.Complete(ResultOf(exception));
            return false;
        }
    }

    private void Add(AppendRequest request)
    {
        _batch.Add((request, _nextSequence));
        for (var index = 0; index < request.Count; index++)
        {
            var content = request.ContentAt(index);
            var header = new RecordHeader(content.Length, request.Count - 1 - index, _nextSequence, _mark.Sequence);
            _buffer.Add(header, _active!, content, request.ChecksumAt(index));
            _nextSequence++;
        }
    }

    private void WriteBatch()
    {
        if (_batch.Count == 0)
        {
            return;
        }
        AppendResult? failure = null;
        try
        {
            var end = ActiveEnd;
            catalog.Reserve(_active!, end + _buffer.Bytes);
            _active!.File.Write(end, _buffer.Finish());
            _active.File.Flush();
            FlushCount++;
            end += _buffer.Bytes;
            _active.UsedBytes = end;
            _mark = new DurableMark(_nextSequence - 1, _active, end);
            onDurable(_mark);
        }
        catch (IOException exception)
        {
            failure = ResultOf(exception);
            LeaveSegment();
        }
        foreach (var (request, firstSequence) in _batch)
        {
            request.Complete(failure ?? new AppendResult(AppendOutcome.Appended, firstSequence));
        }
        _batch.Clear();
        _buffer.Clear();
    }

    private void LeaveSegment()
    {
        catalog.Abandon(_active!, ActiveEnd);
        _active = null;
        _nextSequence = _mark.Sequence + 1;
        try
        {
            _active = catalog.TryStart(_nextSequence);
        }
        catch (IOException)
        {
            // The appends that wait are already told of the fault that came first; the next one tries again.
            _active = null;
        }
    }

    private static AppendResult ResultOf(IOException exception) =>
        new(exception is DiskFullException ? AppendOutcome.Full : AppendOutcome.Failed, Reason: exception.Message);
}
