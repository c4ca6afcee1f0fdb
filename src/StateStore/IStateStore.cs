namespace Observability.StateStore;

/// <summary>
/// Small, precious, shared state: configuration versions, alert state, deliveries, silences. Versioned documents, an outbox that changes in the same
/// commit, and leases that fence their former holders. Every implementation passes the same contract suite.
/// </summary>
/// <remarks>
/// Readers see committed state only. What a completed <see cref="CommitAsync"/> reported as committed survives a crash. Bytes given in are the caller's
/// until the call completes; bytes given out must not be changed.
/// </remarks>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>The document, or null.</summary>
    ValueTask<StateDocument?> GetAsync(string collection, string key, CancellationToken cancellationToken);

    /// <summary>
    /// Documents whose key begins with <paramref name="keyPrefix"/> (empty: all), in ordinal order of the key, as they were at one instant.
    /// A caller that stops enumerating stops the work.
    /// </summary>
    IAsyncEnumerable<StateDocument> ListAsync(string collection, string keyPrefix, CancellationToken cancellationToken);

    /// <summary>Does all of a transaction or none of it.</summary>
    /// <returns>Completes when the outcome is on disk. Conflicts and fencing are outcomes; a lost store is an <see cref="IOException"/>.</returns>
    Task<CommitOutcome> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Rows not yet acknowledged with an id above <paramref name="afterId"/>, in order of their ids.</summary>
    /// <remarks>A reader that remembers the last id it was given and asks for those above it misses none: lower ids never appear later.</remarks>
    Task<IReadOnlyList<OutboxRow>> OutboxAsync(ulong afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Completes when there is a row with an id above <paramref name="afterId"/>; at once when there already is.</summary>
    Task WaitForOutboxAsync(ulong afterId, CancellationToken cancellationToken);

    /// <summary>Removes rows for ever; ids that are not there are ignored, so a repeated call does no harm.</summary>
    Task AcknowledgeOutboxAsync(IReadOnlyCollection<ulong> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the lease when it is free, expired or already held by <paramref name="holder"/>. The epoch rises whenever it was not held by
    /// <paramref name="holder"/> without a break.
    /// </summary>
    /// <param name="name">For example <c>engine/0</c>.</param>
    /// <param name="holder">Unique per start of a process: a restarted one is another holder.</param>
    /// <param name="duration">From now by the store's clock.</param>
    /// <param name="cancellationToken">Ends the wait, not the work: a lease may have been taken all the same.</param>
    /// <returns>The lease, or null while somebody else holds it.</returns>
    Task<Lease?> TryAcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Holds on for <paramref name="duration"/> from now. An expired lease that nobody took can still be renewed.</summary>
    /// <returns>The renewed lease, or null when it was taken or released: the caller must stop acting on it.</returns>
    Task<Lease?> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives it up and fences its epoch; no error when it is already lost.</summary>
    Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>
    /// The collection's version (that of its latest commit) each time it is above what was given before, beginning above
    /// <paramref name="afterVersion"/>. Several commits may be told as one; the reader then reads what it needs.
    /// </summary>
    IAsyncEnumerable<ulong> ChangesAsync(string collection, ulong afterVersion, CancellationToken cancellationToken);
}
