using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments;

/// <summary>Flushing, merging, deleting: one at a time, in the background or when told.</summary>
public sealed partial class SegmentLogStore
{
    /// <summary>Writes all rows in memory as segments and returns when they are durable. Also called every <see cref="SegmentStoreOptions.FlushInterval"/>.</summary>
    /// <exception cref="IOException">The disk failed. The rows stay in memory, searchable, and the next flush tries again.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Two at most: what an earlier flush could not write, then what was in memory when this one began.
            for (var heads = 0; heads < 2 && TakeHeadToFlush() is { } head; heads++)
            {
                await Task.Run(() => Flush(head), CancellationToken.None);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Deletes segments that are past their retention and merges small neighbours. Also done after each flush in the background.</summary>
    /// <exception cref="IOException">The disk failed. Nothing is lost; the next call goes on.</exception>
    internal async Task TidyAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(
                () =>
                {
                    DeleteExpired();
                    while (SegmentMerge.Choose(_segments) is { } inputs)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        Merge(inputs);
                    }
                },
                CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task RunInBackgroundAsync()
    {
        await foreach (var _ in _wake.Reader.ReadAllAsync())
        {
            try
            {
                await FlushAsync(CancellationToken.None);
            }
            catch (IOException)
            {
                // Logged and counted where it happened; the rows wait in memory and the timer brings the next attempt.
                continue;
            }
            try
            {
                await TidyAsync(CancellationToken.None);
            }
            catch (IOException exception)
            {
                Log.TidyingFailed(_logger, _options.FlushInterval, exception.Message);
            }
        }
    }

    private Head? TakeHeadToFlush()
    {
        lock (_gate)
        {
            if (_flushing is null && _current.Rows.Count > 0)
            {
                _flushing = _current;
                _flushing.Marks = _marks.Clone();
                _current = new Head(_flushing.Flush + 1);
            }
            return _flushing;
        }
    }

    private void Flush(Head head)
    {
        var path = _directory.PathOf(head.Flush, head.Flush);
        try
        {
            SegmentWriter.Write(_disk, path, head.Rows.Snapshot(), head.Marks!, head.Flush, head.Flush);
            var segment = Segment.Open(_disk, path);
            lock (_gate)
            {
                _segments = [.. _segments, segment];
                _flushing = null;
            }
        }
        catch (IOException exception)
        {
            _metrics.WriteFailed();
            Log.FlushFailed(_logger, head.Rows.Count, path, _options.FlushInterval, exception.Message);
            throw;
        }
        head.Durable.TrySetResult();
    }

    private void DeleteExpired()
    {
        var oldest = (_time.GetUtcNow() - _options.Retention - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var expired = _segments.Where(segment => segment.Header.MaxReceived < oldest).ToList();
        if (expired.Count == 0)
        {
            return;
        }
        var newest = _segments[^1];
        if (expired.Contains(newest) && (newest.Header.RowCount == 0 || !TryKeepMarksWithoutRows()))
        {
            expired.Remove(newest);
        }
        foreach (var segment in expired)
        {
            Replace([segment], with: null);
            Log.SegmentExpired(_logger, segment.Path, DateTimeOffset.UnixEpoch.AddTicks(segment.Header.MaxReceived / TimeSpan.NanosecondsPerTick), _options.Retention);
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

    private void Merge(IReadOnlyList<Segment> inputs)
    {
        var rows = SegmentMerge.Read(inputs, ReportDamage);
        if (rows is null)
        {
            return;
        }
        var (first, last) = (inputs[0].Header.FirstFlush, inputs[^1].Header.LastFlush);
        var path = _directory.PathOf(first, last);
        SegmentWriter.Write(_disk, path, rows.Snapshot(), inputs[^1].ReadMarks(), first, last);
        Replace(inputs, Segment.Open(_disk, path));
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
            _disk.Delete(segment.Path);
            segment.Release();
        }
    }

    /// <summary>Rows that are in no segment yet, and who waits for them to be.</summary>
    /// <param name="flush">The number that their segment will have.</param>
    private sealed class Head(ulong flush)
    {
        public HeadRows Rows { get; } = new();

        public ulong Flush => flush;

        /// <summary>Those of its last row; set when no row can come any more.</summary>
        public AppliedMarks? Marks { get; set; }

        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
