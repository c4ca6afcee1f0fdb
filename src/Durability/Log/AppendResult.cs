namespace Observability.Durability;

/// <summary>How an append ended. Also the value of a metric label.</summary>
public enum AppendOutcome
{
    /// <summary>On the device; every later reader finds it, in order, once.</summary>
    Appended,

    /// <summary>The log's capacity, the share kept for normal priority, or the device has no room. Nothing was kept; try again after trimming.</summary>
    Full,

    /// <summary>More appends wait than the log lets wait: the device is slower than the arrivals. Nothing was kept.</summary>
    Busy,

    /// <summary>The record, or the group as a whole, is bigger than a segment takes. Never succeeds.</summary>
    TooLarge,

    /// <summary>
    /// The device failed. Not acknowledged; the log goes on in a fresh segment. Only when that one cannot be started before the process ends may a
    /// restart find the record.
    /// </summary>
    Failed,
}

/// <summary>What the log holds back for whom, see <see cref="AppendLogOptions.LowPriorityShare"/>.</summary>
public enum AppendPriority
{
    Normal,

    /// <summary>Refused early, so that normal appends keep room.</summary>
    Low,
}

/// <param name="Outcome">Whether it is stored.</param>
/// <param name="FirstSequence">Sequence of the record, or of the first of a group; 0 unless appended.</param>
/// <param name="Reason">Why not, for people; null when appended.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, ulong FirstSequence = 0, string? Reason = null)
{
    public bool IsAppended => Outcome == AppendOutcome.Appended;
}
