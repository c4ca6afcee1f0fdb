using Observability.Durability;

namespace Observability.StateStore;

/// <summary>Sizes of one <see cref="JournalStateStore"/>.</summary>
public sealed record JournalStateOptions
{
    /// <summary>The journal. Default: segments of 16 MiB, 256 MiB in all, four times <see cref="SnapshotAfterBytes"/>, so that a slow snapshot stops nobody.</summary>
    public AppendLogOptions Journal { get; init; } = new() { SegmentBytes = 16 << 20, CapacityBytes = 256 << 20 };

    /// <summary>Journal bytes after which everything is written to a snapshot. Default 64 MiB. Bigger: fewer snapshots, but a longer replay (about 1 s for 64 MiB).</summary>
    public long SnapshotAfterBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of keys and contents, documents and outbox together. They are held in memory. Default 1 GiB. Above it, commits end as full; deletions go on.</summary>
    public long MaximumBytes { get; init; } = 1L << 30;

    /// <summary>Rows that may wait in the outbox. Default 200,000: a day of notices in an outage of the bus.</summary>
    public int MaximumOutboxRows { get; init; } = 200_000;
}
