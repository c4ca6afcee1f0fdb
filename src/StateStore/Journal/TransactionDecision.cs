using System.Globalization;

namespace Observability.StateStore;

/// <summary>Judges one transaction against settled state.</summary>
internal sealed class TransactionDecision
{
    private readonly StateTransaction _transaction;
    private readonly JournalStateOptions _options;

    public TransactionDecision(StateTransaction transaction, JournalStateOptions options)
    {
        _transaction = transaction;
        _options = options;
        Touched =
        [
            .. transaction.Changes.Select(change => (change.Collection, change.Key)),
            .. transaction.Fences.Select(fence => (PendingCommits.LeaseCollection, fence.Name)),
        ];
    }

    /// <summary>Everything that the decision rests on.</summary>
    public IReadOnlyList<(string Collection, string Key)> Touched { get; }

    /// <summary>Set when <see cref="Decide"/> gave nothing to store.</summary>
    public CommitOutcome? Refusal { get; private set; }

    public ulong Version { get; private set; }

    /// <returns>What to store; null when there is nothing, with <see cref="Refusal"/> saying why.</returns>
    public StateChanges? Decide(StateImage image, JournalStateStore.NextNumbers next)
    {
        Refusal = Fenced(image) ?? Conflicting(image) ?? Full(image);
        if (Refusal is not null)
        {
            return null;
        }
        if (_transaction.Messages.Count == 0 && _transaction.Changes.All(change => change.Kind == DocumentChangeKind.Expect))
        {
            Refusal = new CommitOutcome(CommitStatus.Committed, image.LastVersion);
            return null;
        }
        Version = next.Version();
        var changes = new StateChanges(Version);
        foreach (var change in _transaction.Changes)
        {
            switch (change.Kind)
            {
                case DocumentChangeKind.Put:
                    // Copied: the caller may use its buffer again as soon as the commit is done.
                    changes.Written.Add(new StateDocument(change.Collection, change.Key, Version, change.Content.ToArray()));
                    break;
                case DocumentChangeKind.Delete:
                    changes.Deleted.Add((change.Collection, change.Key));
                    break;
                default:
                    break;
            }
        }
        foreach (var message in _transaction.Messages)
        {
            changes.Enqueued.Add(new OutboxRow(next.OutboxId(), message.Topic, message.Key, message.Content.ToArray()));
        }
        return changes;
    }

    private CommitOutcome? Fenced(StateImage image)
    {
        foreach (var fence in _transaction.Fences)
        {
            var epoch = image.Leases.GetValueOrDefault(fence.Name)?.Epoch ?? 0;
            if (epoch != fence.Epoch)
            {
                return new CommitOutcome(CommitStatus.Fenced, Reason: string.Create(
                    CultureInfo.InvariantCulture, $"lease '{fence.Name}' is at epoch {epoch}, the transaction is of epoch {fence.Epoch}"));
            }
        }
        return null;
    }

    private CommitOutcome? Conflicting(StateImage image)
    {
        foreach (var change in _transaction.Changes)
        {
            if (change.ExpectedVersion is { } expected && image.VersionOf(change.Collection, change.Key) is var actual && actual != expected)
            {
                return new CommitOutcome(
                    CommitStatus.VersionConflict,
                    Conflict: new DocumentConflict(change.Collection, change.Key, expected, actual),
                    Reason: string.Create(CultureInfo.InvariantCulture, $"'{change.Key}' in '{change.Collection}' has version {actual}, expected was {expected}"));
            }
        }
        return null;
    }

    private CommitOutcome? Full(StateImage image)
    {
        long added = _transaction.Changes.Sum(change => (long)change.Content.Length) + _transaction.Messages.Sum(message => (long)message.Content.Length);
        if (added > 0 && image.TotalBytes + added > _options.MaximumBytes)
        {
            return new CommitOutcome(CommitStatus.Full, Reason: $"{image.TotalBytes} bytes are kept, {_options.MaximumBytes} are allowed (MaximumBytes)");
        }
        if (_transaction.Messages.Count > 0 && image.Outbox.Count + _transaction.Messages.Count > _options.MaximumOutboxRows)
        {
            return new CommitOutcome(CommitStatus.Full, Reason: $"{image.Outbox.Count} rows wait in the outbox, {_options.MaximumOutboxRows} are allowed (MaximumOutboxRows)");
        }
        return null;
    }
}
