using Observability.Durability;

namespace Observability.StateStore;

/// <summary>A record that was given to the journal and is not settled yet.</summary>
internal sealed class PendingCommit(StateChanges changes, IReadOnlyList<(string Collection, string Key)> writes)
{
    public StateChanges Changes => changes;

    public IReadOnlyList<(string Collection, string Key)> Writes => writes;

    public AppendResult? Result { get; set; }

    /// <summary>Completes when it, and everything before it, is applied or given up.</summary>
    public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>
/// Records on their way to the disk, in the order of the journal. Used under the store's lock. Somebody who touches what one of them writes waits for it:
/// nobody may decide on state that could still fail to become durable.
/// </summary>
internal sealed class PendingCommits
{
    /// <summary>What a lease is called among the documents; no collection may have this name.</summary>
    public const string LeaseCollection = "\0lease";

    private readonly Queue<PendingCommit> _order = [];
    private readonly Dictionary<(string Collection, string Key), PendingCommit> _writes = [];

    /// <summary>Somebody who must settle first; null when none of the documents is being written.</summary>
    public PendingCommit? Blocking(IReadOnlyList<(string Collection, string Key)> touched)
    {
        foreach (var document in touched)
        {
            if (_writes.TryGetValue(document, out var pending))
            {
                return pending;
            }
        }
        return null;
    }

    public void Add(PendingCommit commit)
    {
        _order.Enqueue(commit);
        foreach (var document in commit.Writes)
        {
            _writes.Add(document, commit);
        }
    }

    /// <summary>Takes those whose turn it is, with everything before them settled.</summary>
    public IEnumerable<PendingCommit> TakeFinished()
    {
        while (_order.TryPeek(out var oldest) && oldest.Result is not null)
        {
            _order.Dequeue();
            foreach (var document in oldest.Writes)
            {
                _writes.Remove(document);
            }
            yield return oldest;
        }
    }
}
