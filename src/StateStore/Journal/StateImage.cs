using System.Collections.Immutable;

namespace Observability.StateStore;

/// <summary>All state at one instant. Immutable: readers and snapshots take a reference and are undisturbed by commits.</summary>
internal sealed record StateImage
{
    public static StateImage Empty { get; } = new();

    public ImmutableDictionary<string, CollectionImage> Collections { get; init; } = ImmutableDictionary.Create<string, CollectionImage>(StringComparer.Ordinal);

    public ImmutableSortedSet<OutboxRow> Outbox { get; init; } = ImmutableSortedSet.Create<OutboxRow>(comparer: Comparer<OutboxRow>.Create((left, right) => left.Id.CompareTo(right.Id)));

    public ImmutableDictionary<string, Lease> Leases { get; init; } = ImmutableDictionary.Create<string, Lease>(StringComparer.Ordinal);

    /// <summary>Last record of the journal that this includes.</summary>
    public ulong AppliedSequence { get; init; }

    public ulong LastVersion { get; init; }

    public ulong LastOutboxId { get; init; }

    /// <summary>Bytes of keys and contents, for the limit.</summary>
    public long TotalBytes { get; init; }

    public CollectionImage Collection(string name) => Collections.GetValueOrDefault(name, CollectionImage.Empty);

    public StateDocument? Find(string collection, string key) => Collection(collection).Find(key);

    public ulong VersionOf(string collection, string key) => Find(collection, key)?.Version ?? StateTransaction.Absent;

    public IEnumerable<OutboxRow> OutboxAbove(ulong afterId)
    {
        var index = Outbox.IndexOf(new OutboxRow(afterId, "", "", default));
        for (index = index < 0 ? ~index : index + 1; index < Outbox.Count; index++)
        {
            yield return Outbox[index];
        }
    }

    public StateImage Apply(StateChanges changes, ulong sequence)
    {
        var total = TotalBytes;
        var collections = Collections;
        foreach (var document in changes.Written)
        {
            var collection = collections.GetValueOrDefault(document.Collection, CollectionImage.Empty);
            total += SizeOf(document) - SizeOf(collection.Find(document.Key));
            collections = collections.SetItem(document.Collection, collection.With(document, changes.Version));
        }
        foreach (var (name, key) in changes.Deleted)
        {
            var collection = collections.GetValueOrDefault(name, CollectionImage.Empty);
            total -= SizeOf(collection.Find(key));
            collections = collections.SetItem(name, collection.Without(key, changes.Version));
        }
        var (outbox, outboxBytes) = ApplyToOutbox(changes);
        var leases = Leases;
        foreach (var lease in changes.Leases)
        {
            leases = leases.SetItem(lease.Name, lease);
        }
        return this with
        {
            Collections = collections,
            Outbox = outbox,
            Leases = leases,
            AppliedSequence = sequence,
            LastVersion = Math.Max(LastVersion, changes.Version),
            LastOutboxId = changes.Enqueued.Count > 0 ? Math.Max(LastOutboxId, changes.Enqueued[^1].Id) : LastOutboxId,
            TotalBytes = total + outboxBytes,
        };
    }

    private (ImmutableSortedSet<OutboxRow> Outbox, long AddedBytes) ApplyToOutbox(StateChanges changes)
    {
        if (changes.Enqueued.Count == 0 && changes.Acknowledged.Count == 0)
        {
            return (Outbox, 0);
        }
        long added = 0;
        var outbox = Outbox.ToBuilder();
        foreach (var row in changes.Enqueued)
        {
            outbox.Add(row);
            added += SizeOf(row);
        }
        foreach (var id in changes.Acknowledged)
        {
            if (outbox.TryGetValue(new OutboxRow(id, "", "", default), out var row))
            {
                outbox.Remove(row);
                added -= SizeOf(row);
            }
        }
        return (outbox.ToImmutable(), added);
    }

    private static long SizeOf(StateDocument? document) => document is null ? 0 : document.Key.Length + document.Content.Length;

    private static long SizeOf(OutboxRow row) => row.Key.Length + row.Content.Length;
}

/// <summary>One collection at one instant.</summary>
/// <param name="Documents">In ordinal order of their keys.</param>
/// <param name="Version">Of the latest commit that touched the collection.</param>
internal sealed record CollectionImage(ImmutableSortedSet<StateDocument> Documents, ulong Version)
{
    public static CollectionImage Empty { get; } = new(
        ImmutableSortedSet.Create<StateDocument>(comparer: Comparer<StateDocument>.Create((left, right) => string.CompareOrdinal(left.Key, right.Key))), 0);

    public StateDocument? Find(string key) => Documents.TryGetValue(Probe(key), out var document) ? document : null;

    public IEnumerable<StateDocument> WithPrefix(string prefix)
    {
        var index = Documents.IndexOf(Probe(prefix));
        for (index = index < 0 ? ~index : index; index < Documents.Count; index++)
        {
            var document = Documents[index];
            if (!document.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield break;
            }
            yield return document;
        }
    }

    public CollectionImage With(StateDocument document, ulong version) => new(Documents.Remove(document).Add(document), version);

    public CollectionImage Without(string key, ulong version) => new(Documents.Remove(Probe(key)), version);

    private static StateDocument Probe(string key) => new("", key, 0, default);
}
