namespace Observability.StateStore;

/// <summary>One stored document.</summary>
/// <param name="Collection">For example <c>deliveries</c>.</param>
/// <param name="Key">Unique in the collection.</param>
/// <param name="Version">Rises with every write of this key, also across a deletion; never 0.</param>
/// <param name="Content">UTF-8 text, by convention JSON.</param>
public sealed record StateDocument(string Collection, string Key, ulong Version, ReadOnlyMemory<byte> Content);

/// <summary>A message that was stored in the same commit as the state it tells of, and is kept until it is acknowledged.</summary>
/// <param name="Id">Rises with the order of commits, and within a transaction with the order of <see cref="StateTransaction.Enqueue"/>.</param>
/// <param name="Topic">What kind of message.</param>
/// <param name="Key">What it is about; the store does not look at it.</param>
/// <param name="Content">The message.</param>
public sealed record OutboxRow(ulong Id, string Topic, string Key, ReadOnlyMemory<byte> Content);

/// <summary>A claim that one holder has for a while.</summary>
/// <param name="Name">What is claimed.</param>
/// <param name="Holder">Who has it.</param>
/// <param name="Epoch">Passed with each commit (<see cref="StateTransaction.FencedBy(Lease)"/>): one that is no longer current is refused.</param>
/// <param name="ExpiresAt">By the store's clock. Others may take it from then on.</param>
public sealed record Lease(string Name, string Holder, ulong Epoch, DateTimeOffset ExpiresAt);
