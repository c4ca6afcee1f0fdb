using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments;

/// <summary>From memory to segments, in the background or when told; one at a time with everything else that writes.</summary>
public sealed partial class SegmentLogStore
{
    /// <summary>Writes all rows in memory as segments and returns when they are durable. Also called every <see cref="SegmentStoreOptions.FlushInterval"/>.</summary>
    /// <exception cref="IOException">The disk failed. The rows stay in memory, searchable, and the next flush tries again.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(FlushHeads, CancellationToken.None);
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

    private void FlushHeads()
    {
        // Two at most: what an earlier flush could not write, then what was in memory when this one began.
        for (var heads = 0; heads < 2 && TakeHeadToFlush() is { } head; heads++)
        {
            Flush(head);
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
                _current = new Head(_flushing.Flush + 1, _spare);
                _spare = null;
            }
            return _flushing;
        }
    }

    private void Flush(Head head)
    {
        var path = _directory.PathOf(head.Flush, head.Flush);
        try
        {
            SegmentWriter.Write(_disk, path, head.Rows, head.Marks!, head.Flush, head.Flush);
            var segment = Segment.Open(_disk, path);
            lock (_gate)
            {
                _segments = [.. _segments, segment];
                _flushing = null;
                Recycle(head);
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

    /// <summary>The rows of a head that nobody can read any more make room for those of the next. Under the gate, and the head is in no search to come.</summary>
    private void Recycle(Head head)
    {
        if (head.Readers == 0)
        {
            head.Rows.Recycle();
            _spare = head.Rows;
        }
    }

    /// <summary>Rows that are in no segment yet, and who waits for them to be.</summary>
    /// <param name="flush">The number that their segment will have.</param>
    /// <param name="room">Of a head that was flushed, empty; or none.</param>
    private sealed class Head(ulong flush, HeadRows? room = null)
    {
        public HeadRows Rows { get; } = room ?? new HeadRows();

        /// <summary>Searches that hold a snapshot of the rows. Guarded by the gate.</summary>
        public int Readers { get; set; }

        public ulong Flush => flush;

        /// <summary>Those of its last row; set when no row can come any more.</summary>
        public AppliedMarks? Marks { get; set; }

        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
