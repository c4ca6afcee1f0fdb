namespace Observability.Durability;

/// <summary>Reads durable records in order. For one thread; a log may have many readers.</summary>
public sealed class AppendLogReader
{
    private readonly AppendLog _log;
    private readonly SegmentWindow _window = new();
    private readonly List<LogEntry> _entries = [];
    private LogSegment? _segment;
    private long _position;

    /// <summary>Of the record at <see cref="_position"/>; below <see cref="NextSequence"/> while the reader seeks its start in a segment.</summary>
    private ulong _sequenceAtPosition;

    internal AppendLogReader(AppendLog log, ulong fromSequence)
    {
        _log = log;
        NextSequence = fromSequence;
    }

    /// <summary>What the next read begins with.</summary>
    public ulong NextSequence { get; private set; }

    /// <summary>The next records or the next gap; waits until there is one.</summary>
    /// <exception cref="IOException">The device failed; the same read may be tried again.</exception>
    /// <exception cref="ObjectDisposedException">The log was closed.</exception>
    public async ValueTask<LogBatch> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryRead(out var batch))
            {
                return batch;
            }
            await _log.WaitBeyondAsync(NextSequence - 1, cancellationToken);
        }
    }

    /// <summary>The next records or the next gap, if there are any.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public bool TryRead(out LogBatch batch)
    {
        _log.ThrowIfClosed();
        _entries.Clear();
        batch = default;
        while (true)
        {
            // The mark first: the segments read after it hold at least what it says.
            var mark = _log.Mark;
            if (NextSequence > mark.Sequence)
            {
                return false;
            }
            var segments = _log.Segments;
            var index = Array.FindLastIndex(segments, segment => segment.FirstSequence <= NextSequence);
            if (index < 0)
            {
                batch = Skip(new LogGap(LogGapReason.Trimmed, NextSequence, segments.Length > 0 ? segments[0].FirstSequence - 1 : mark.Sequence, "", 0));
                return true;
            }
            Enter(segments[index]);
            var last = index + 1 < segments.Length ? Math.Min(segments[index + 1].FirstSequence - 1, mark.Sequence) : mark.Sequence;
            var end = ReferenceEquals(_segment, mark.Segment) ? mark.End : segments[index].FileBytes;
            if (ReadRun(last, end, out var gap))
            {
                batch = gap is null ? new LogBatch(_entries, null) : Skip(gap);
                return true;
            }
        }
    }

    private void Enter(LogSegment segment)
    {
        if (!ReferenceEquals(_segment, segment))
        {
            _segment = segment;
            _position = SegmentHeader.Bytes;
            _sequenceAtPosition = segment.FirstSequence;
        }
    }

    /// <returns>False when the segment was trimmed meanwhile: look again where to read.</returns>
    private bool ReadRun(ulong last, long end, out LogGap? gap)
    {
        gap = null;
        var segment = _segment!;
        while (_sequenceAtPosition <= last)
        {
            var state = _window.Read(segment, _position, end, mayLoad: _entries.Count == 0, out var header, out var content);
            if (state == RecordState.Intact && header.Sequence == _sequenceAtPosition)
            {
                if (header.Sequence >= NextSequence)
                {
                    _entries.Add(new LogEntry(header.Sequence, content));
                    NextSequence = header.Sequence + 1;
                }
                _position += RecordFormat.StoredBytes(header.ContentLength);
                _sequenceAtPosition++;
                continue;
            }
            if (_entries.Count > 0)
            {
                return true;
            }
            if (segment.IsRetired)
            {
                return false;
            }
            gap = SkipDamage(segment, last, end);
            if (gap is not null || segment.IsRetired)
            {
                return gap is not null;
            }
        }
        return _entries.Count > 0;
    }

    /// <summary>Moves behind unreadable bytes.</summary>
    /// <returns>What is missing; null when the damage lies wholly before what this reader wants.</returns>
    private LogGap? SkipDamage(LogSegment segment, ulong last, long end)
    {
        var (damagedAt, firstMissing) = (_position, Math.Max(_sequenceAtPosition, NextSequence));
        var found = SegmentScan.Find(_window, segment, _position + RecordFormat.Alignment, end, new SearchFor(_sequenceAtPosition + 1, last));
        if (segment.IsRetired)
        {
            return null;
        }
        (_position, _sequenceAtPosition) = found is { } next ? (next.Position, next.Header.Sequence) : (end, last + 1);
        return _sequenceAtPosition <= firstMissing
            ? null
            : new LogGap(LogGapReason.Damaged, firstMissing, _sequenceAtPosition - 1, segment.File.Path, damagedAt);
    }

    private LogBatch Skip(LogGap gap)
    {
        NextSequence = gap.LastSequence + 1;
        return new LogBatch([], gap);
    }
}
