using System.Globalization;
using Observability.Collector.Receiving;
using Observability.Durability;

namespace Observability.Collector.Spooling;

/// <summary>
/// The write-ahead log of frames between receiving and everything behind it. A frame that was appended is on disk: that is what a 2xx promises. Two
/// cursors, for the log store and for the bus; what both are done with is given up.
/// </summary>
internal sealed class Spool : IAsyncDisposable
{
    private readonly AppendLog _log;

    private Spool(AppendLog log, ulong incarnation, SpoolCursor indexing, SpoolCursor publishing)
    {
        _log = log;
        Incarnation = incarnation;
        Indexing = indexing;
        Publishing = publishing;
    }

    /// <summary>With a sequence it names a frame for ever.</summary>
    public ulong Incarnation { get; }

    public SpoolCursor Indexing { get; }

    public SpoolCursor Publishing { get; }

    public ulong NewestSequence => _log.DurableSequence;

    public long BytesUsed => _log.BytesUsed;

    public long CapacityBytes => _log.CapacityBytes;

    /// <exception cref="DirectoryLockedException">Another process has it.</exception>
    public static Spool Open(IDisk disk, SpoolOptions options, long capacityBytes, TimeProvider time)
    {
        var log = AppendLog.Open(disk, options.Directory, new AppendLogOptions
        {
            // Two segments are the least that a log can turn over.
            SegmentBytes = options.SegmentBytes,
            CapacityBytes = Math.Max(capacityBytes, 2L * options.SegmentBytes),
        });
        SpoolCursor OpenCursor(string name) => new(name, CursorFile.Open(disk, Path.Combine(options.Directory, name + ".cursor")), log.DurableSequence, time);
        return new Spool(log, SpoolIncarnation.Read(disk, options.Directory, log.Incarnation), OpenCursor("indexing"), OpenCursor("publishing"));
    }

    /// <summary>Stores the frames of one request behind each other, all or none; null when they are on disk.</summary>
    /// <param name="frames">At least one; in use until the task ends.</param>
    /// <param name="priority">Low for requests that hold only logs: they are refused at 80 %, so that runs and metrics keep room.</param>
    /// <param name="cancellationToken">Only before the frames are queued; afterwards they are stored in any case.</param>
    public async ValueTask<Refusal?> AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> frames, AppendPriority priority, CancellationToken cancellationToken)
    {
        var result = frames.Count == 1
            ? await _log.AppendAsync(frames[0], priority, cancellationToken)
            : await _log.AppendAsync(frames, priority, cancellationToken);
        return result.Outcome switch
        {
            AppendOutcome.Appended => null,
            AppendOutcome.TooLarge => new Refusal(RefusalKind.TooLarge, $"the request does not fit into the spool: {result.Reason}; send smaller batches"),
            AppendOutcome.Full => new Refusal(RefusalKind.Unavailable, string.Create(CultureInfo.InvariantCulture,
                $"the spool is full ({BytesUsed} of {CapacityBytes} bytes, limits.spool_bytes in settings.yaml): the log store or the bus is behind; send this again later")),
            AppendOutcome.Busy => new Refusal(RefusalKind.Unavailable, "the disk is slower than what arrives; send this again later"),
            _ => new Refusal(RefusalKind.Unavailable, $"the disk of the spool failed: {result.Reason}"),
        };
    }

    /// <summary>Reads on behind a cursor.</summary>
    public AppendLogReader OpenReader(SpoolCursor cursor) => _log.OpenReader(cursor.Position + 1);

    /// <summary>A consumer is done with everything up to <paramref name="sequence"/>.</summary>
    public void Advance(SpoolCursor cursor, ulong sequence)
    {
        if (cursor.Advance(sequence))
        {
            _log.TrimBefore(Math.Min(Indexing.Written, Publishing.Written) + 1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Indexing.Dispose();
        Publishing.Dispose();
        await _log.DisposeAsync();
    }
}
