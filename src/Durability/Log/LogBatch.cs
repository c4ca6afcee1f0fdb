namespace Observability.Durability;

/// <summary>One record as a reader gets it.</summary>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Content">Lives in the reader's buffer: valid until its next read.</param>
public readonly record struct LogEntry(ulong Sequence, ReadOnlyMemory<byte> Content);

/// <summary>What one read gives: records in order, or the news that some are missing; never both, so the news has its place in the order.</summary>
/// <param name="Entries">Consecutive records; empty when <paramref name="Gap"/> is set. The list is the reader's and reused.</param>
/// <param name="Gap">Records that cannot be given; the next read goes on behind them.</param>
public readonly record struct LogBatch(IReadOnlyList<LogEntry> Entries, LogGap? Gap);

/// <summary>Why records are missing.</summary>
public enum LogGapReason
{
    /// <summary>They were given up by TrimBefore before this reader came to them.</summary>
    Trimmed,

    /// <summary>Their bytes on the device changed after they were stored.</summary>
    Damaged,
}

/// <summary>A run of records that a reader had to skip.</summary>
/// <param name="Reason">Trimmed is the owner's doing; damaged is loss and must be told to people.</param>
/// <param name="FirstSequence">First one missing.</param>
/// <param name="LastSequence">Last one missing.</param>
/// <param name="SegmentPath">File with the damage; empty when trimmed.</param>
/// <param name="Position">First damaged byte in that file; 0 when trimmed.</param>
public sealed record LogGap(LogGapReason Reason, ulong FirstSequence, ulong LastSequence, string SegmentPath, long Position);
