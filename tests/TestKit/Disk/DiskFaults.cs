namespace Observability.TestKit;

/// <summary>What a <see cref="SimulatedDisk"/> does besides its work, and how much it has done. Set by the test, also while the disk is in use.</summary>
public sealed class DiskFaults
{
    /// <summary>Calls to the disk so far, reads included.</summary>
    public long Operations { get; internal set; }

    public long Flushes { get; internal set; }

    public long Writes { get; internal set; }

    /// <summary>The power fails in the middle of this many further calls; null is never.</summary>
    public long? PowerLossAfterOperations { get; set; }

    /// <summary>The next so many writes fail, after a part of them was done.</summary>
    public int FailingWrites { get; set; }

    /// <summary>The next so many flushes fail, and what they should have flushed is partly lost for good.</summary>
    public int FailingFlushes { get; set; }

    /// <summary>The next so many reads fail.</summary>
    public int FailingReads { get; set; }

    /// <summary>Chance of a fault in each write and flush, by the disk's seed. Between 0 and 1.</summary>
    public double FaultProbability { get; set; }

    /// <summary>Bytes that all files together may have; growing further is a full disk.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;
}
