namespace Observability.StateStore;

/// <summary>How a commit ended. Also the value of a metric label.</summary>
public enum CommitStatus
{
    Committed,

    /// <summary>A document has another version than the transaction expects. Read it again and decide anew.</summary>
    VersionConflict,

    /// <summary>The lease has another epoch: somebody else acts now. Do not repeat.</summary>
    Fenced,

    /// <summary>The store's limits or its disk have no room. Nothing was changed.</summary>
    Full,
}

/// <summary>What <see cref="IStateStore.CommitAsync"/> did.</summary>
/// <param name="Status">Nothing was changed unless it is <see cref="CommitStatus.Committed"/>.</param>
/// <param name="Version">When committed, the version of every document that this transaction wrote.</param>
/// <param name="Conflict">When in conflict, the first document that differs.</param>
/// <param name="Reason">Why not, for people; empty when committed.</param>
public sealed record CommitOutcome(CommitStatus Status, ulong Version = 0, DocumentConflict? Conflict = null, string Reason = "")
{
    public bool IsCommitted => Status == CommitStatus.Committed;
}

/// <param name="Collection">Where.</param>
/// <param name="Key">Which document.</param>
/// <param name="Expected">What the transaction asked for; 0 is "does not exist".</param>
/// <param name="Actual">What is there; 0 is "does not exist".</param>
public sealed record DocumentConflict(string Collection, string Key, ulong Expected, ulong Actual);
