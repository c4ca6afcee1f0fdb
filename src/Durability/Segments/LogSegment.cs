namespace Observability.Durability;

/// <summary>One use of one segment file. A file that is used again gets a new object, so a reader that still holds the old one can tell.</summary>
internal sealed class LogSegment(IDiskFile file, SegmentHeader header)
{
    private long _usedBytes = SegmentHeader.Bytes;
    private volatile bool _isRetired;

    public IDiskFile File => file;

    public SegmentHeader Header => header;

    public ulong Generation => header.Generation;

    public ulong FirstSequence => header.FirstSequence;

    public uint ChecksumSeed { get; } = RecordFormat.Seed(header.Incarnation, header.Generation);

    /// <summary>Room that the file may take on the device; while it is written that is a whole segment.</summary>
    public long FileBytes { get; set; }

    /// <summary>Room that it has there for certain; writing behind it needs more first.</summary>
    public long ReservedBytes { get; set; }

    /// <summary>Room that cannot be given to other records: what is written so far, or all of the file once another segment follows.</summary>
    public long UsedBytes
    {
        get => Volatile.Read(ref _usedBytes);
        set => Volatile.Write(ref _usedBytes, value);
    }

    /// <summary>Its records were trimmed; its bytes may be overwritten at any moment.</summary>
    public bool IsRetired => _isRetired;

    public void Retire() => _isRetired = true;
}

/// <summary>How far the log is on the device. One immutable object, so that a reader never sees half of an advance.</summary>
/// <param name="Sequence">Last durable record; 0 when there never was one.</param>
/// <param name="Segment">Where it is; null when no segment holds records.</param>
/// <param name="End">Position behind it in that segment.</param>
internal sealed record DurableMark(ulong Sequence, LogSegment? Segment, long End);
