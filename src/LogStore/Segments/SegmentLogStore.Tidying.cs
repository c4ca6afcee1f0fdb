using Observability.LogStore.Segments.Deleting;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.LogStore.Segments.Searching;
using Observability.Telemetry;

namespace Observability.LogStore.Segments;

/// <summary>What becomes of segments: promised deletions, retention, merging. The caller holds the writing semaphore.</summary>
public sealed partial class SegmentLogStore : ILogDeletion
{
    /// <inheritdoc/>
    public async Task<long> DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deletion);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Delete(deletion), CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Finishes deletions, deletes what is past its retention, merges. Also done after each flush in the background.</summary>
    /// <exception cref="IOException">The disk failed. Nothing is lost; the next call goes on.</exception>
    internal async Task TidyAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(
                () =>
                {
                    FinishDeletions();
                    DeleteExpired();
                    while (SegmentMerge.Choose(_segments, NowNanoseconds - Nanoseconds(_options.ColdAfter)) is { } merge && HasRoomFor(merge))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        Merge(merge);
                    }
                },
                CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    private long NowNanoseconds => Nanoseconds(_time.GetUtcNow() - DateTimeOffset.UnixEpoch);

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private long Delete(LogDeletion deletion)
    {
        FlushHeads();
        if (_segments.Count == 0)
        {
            return 0;
        }
        // First the promise, then the work: after a crash between them the next start knows it, and searches keep it meanwhile.
        List<Tombstone> promised = [.. _tombstones, new Tombstone(_segments[^1].Header.LastFlush, deletion.Search)];
        _tombstoneFile.Write(promised);
        lock (_gate)
        {
            _tombstones = promised;
        }
        var deleted = FinishDeletions();
        Log.RowsDeleted(_logger, deleted, deletion.Actor);
        return deleted;
    }

    private long FinishDeletions()
    {
        if (_tombstones.Count == 0)
        {
            return 0;
        }
        var deleted = 0L;
        foreach (var segment in _segments)
        {
            var plans = _tombstones.Where(tombstone => tombstone.Concerns(segment)).Select(tombstone => tombstone.Plan).ToList();
            if (plans.Count > 0)
            {
                deleted += Rewrite(segment, rows => [.. plans.SelectMany(plan => RowFilter.Find(rows, plan, plan.AcceptedSlots(rows.Tables))).Distinct().Order()]);
            }
        }
        _tombstoneFile.Write([]);
        lock (_gate)
        {
            _tombstones = [];
        }
        return deleted;
    }

    private long Rewrite(Segment segment, Func<BlockColumns, int[]> find)
    {
        var rewrite = SegmentRewrite.Plan(segment, _blooms, find, ReportDamage);
        if (rewrite.DeletedRows > 0)
        {
            rewrite.Write(_disk);
            Replace([segment], Segment.Open(_disk, segment.Path));
        }
        return rewrite.DeletedRows;
    }

    private void DeleteExpired()
    {
        foreach (var segment in _segments)
        {
            var (environments, isAll) = SegmentRetention.Of(segment, _options, NowNanoseconds);
            if (isAll)
            {
                DeleteSegment(segment, $"{DateTimeOffset.UnixEpoch.AddTicks(segment.Header.MaxReceived / TimeSpan.NanosecondsPerTick):O} is past the retention");
            }
            else if (environments.Count > 0)
            {
                var plan = new SearchPlan(new LogSearch(new LogRange(long.MinValue, long.MaxValue), [], []));
                var rows = Rewrite(segment, columns => RowFilter.Find(columns, plan, SlotsOf(columns.Tables, environments)));
                Log.EnvironmentExpired(_logger, rows, string.Join(", ", environments), segment.Path);
            }
        }
        foreach (var segment in SegmentRetention.BeyondSize(_segments, _options.MaximalBytes))
        {
            DeleteSegment(segment, $"the store is larger than {_options.MaximalBytes} bytes (MaximalBytes)");
        }
    }

    private static bool[] SlotsOf(RowTables tables, IReadOnlySet<string> environments)
    {
        var slots = new bool[tables.SlotCount];
        for (var slot = 0; slot < slots.Length; slot++)
        {
            slots[slot] = environments.Contains(tables.ResourceOf(slot).Stream[LabelNames.Environment]);
        }
        return slots;
    }

    private void DeleteSegment(Segment segment, string reason)
    {
        var isNewest = ReferenceEquals(segment, _segments[^1]);
        if (isNewest && (segment.Header.RowCount == 0 || !TryKeepMarksWithoutRows()))
        {
            return;
        }
        Replace([segment], with: null);
        if (segment.Header.RowCount > 0)
        {
            Log.SegmentExpired(_logger, segment.Path, reason);
        }
    }

    /// <summary>The newest segment holds the marks: before it goes, one without rows takes them over.</summary>
    /// <returns>False when rows wait in memory: their segment will be the newest, and the expired one can go after that.</returns>
    private bool TryKeepMarksWithoutRows()
    {
        Head head;
        lock (_gate)
        {
            // Marks of rows that are only in memory must not become durable before the rows.
            if (_flushing is not null || _current.Rows.Count > 0)
            {
                return false;
            }
            head = new Head(_current.Flush) { Marks = _marks.Clone() };
            _current = new Head(head.Flush + 1);
        }
        Flush(head);
        return true;
    }

    /// <summary>A merge needs its inputs' room once more until they are deleted; what is left then is for appends.</summary>
    private bool HasRoomFor(SegmentMerge merge) => _disk.FreeBytes(_options.Directory) - _options.FlushBytes >= merge.Inputs.Sum(segment => segment.FileBytes);

    private void Merge(SegmentMerge merge)
    {
        if (merge.Read(_blooms, ReportDamage) is not { } rows)
        {
            return;
        }
        var (first, last) = (merge.Inputs[0].Header.FirstFlush, merge.Inputs[^1].Header.LastFlush);
        var path = _directory.PathOf(first, last);
        SegmentWriter.Write(_disk, path, rows, merge.Inputs[^1].ReadMarks(), first, last, merge.Compression);
        Replace(merge.Inputs, Segment.Open(_disk, path));
    }

    private void Replace(IReadOnlyList<Segment> segments, Segment? with)
    {
        lock (_gate)
        {
            var next = _segments.Except(segments).ToList();
            if (with is not null)
            {
                next.Add(with);
                next.Sort((left, right) => left.Header.FirstFlush.CompareTo(right.Header.FirstFlush));
            }
            _segments = next;
        }
        foreach (var segment in segments)
        {
            _blooms.Remove(segment);
            if (segment.Path != with?.Path)
            {
                _disk.Delete(segment.Path);
            }
            segment.Release();
        }
    }
}
