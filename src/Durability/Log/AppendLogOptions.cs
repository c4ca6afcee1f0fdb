namespace Observability.Durability;

/// <summary>Sizes and manners of one AppendLog.</summary>
public sealed record AppendLogOptions
{
    /// <summary>
    /// Bytes of one segment file, also the upper limit of a record or a group. Default 64 MiB. Bigger: fewer pauses for a new segment (two syncs each),
    /// but space comes back in bigger steps and opening reads up to one segment. 64 KiB to 1 GiB.
    /// </summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Bytes of all segments that hold records. Default 2 GiB. At this size appends end as <see cref="AppendOutcome.Full"/>. At least two segments.
    /// </summary>
    public long CapacityBytes { get; init; } = 2L << 30;

    /// <summary>Room is reserved in steps of this: a sixteenth of a segment. Smaller: more often a flush that also writes the file's new length.</summary>
    internal int GrowthBytes => SegmentBytes / 16;

    /// <summary>Part of the capacity that <see cref="AppendPriority.Low"/> appends may fill. Default 0.8.</summary>
    public double LowPriorityShare { get; init; } = 0.8;

    /// <summary>Appends that may wait for the device. Default 16,384: more than the requests a service lets in, so it only catches a runaway caller.</summary>
    public int MaximumWaitingAppends { get; init; } = 16 * 1024;

    /// <summary>Who writes. Default <see cref="CommitMode.OwnThread"/>.</summary>
    public CommitMode CommitMode { get; init; } = CommitMode.OwnThread;

    /// <summary>Where the incarnation of a new log comes from; a simulation passes a seeded one. Default is the system's generator.</summary>
    public Func<ulong>? NewIncarnation { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its limits; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 64 << 10, nameof(SegmentBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 1 << 30, nameof(SegmentBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(CapacityBytes, 2L * SegmentBytes, nameof(CapacityBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(LowPriorityShare, 0, nameof(LowPriorityShare));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LowPriorityShare, 1, nameof(LowPriorityShare));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumWaitingAppends, 1, nameof(MaximumWaitingAppends));
    }
}

/// <summary>Whose thread waits for the device.</summary>
public enum CommitMode
{
    /// <summary>One background thread per log; everybody who waits shares its next sync. For services.</summary>
    OwnThread,

    /// <summary>The appending thread, before the call returns. For simulations and tools, where order must not depend on a scheduler.</summary>
    Caller,
}
