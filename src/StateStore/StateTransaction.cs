using System.Text;

namespace Observability.StateStore;

/// <summary>Changes that happen together or not at all. Built by one thread, committed once.</summary>
/// <example><code>
/// var outcome = await store.CommitAsync(
///     new StateTransaction().Put("alerts", id, content, expectedVersion: read.Version).Enqueue("intents", groupKey, intent).FencedBy(lease), token);
/// </code></example>
public sealed class StateTransaction
{
    /// <summary>The version of a document that does not exist.</summary>
    public const ulong Absent = 0;

    private readonly List<DocumentChange> _changes = [];
    private readonly List<OutboxMessage> _messages = [];
    private readonly List<LeaseFence> _fences = [];
    private readonly HashSet<(string Collection, string Key)> _documents = [];
    private int _contentBytes;

    /// <summary>Writes a document.</summary>
    /// <param name="collection">At most <see cref="StateLimits.CollectionBytes"/>.</param>
    /// <param name="key">At most <see cref="StateLimits.KeyBytes"/>.</param>
    /// <param name="content">At most <see cref="StateLimits.ContentBytes"/>.</param>
    /// <param name="expectedVersion">Only when this is its version now; <see cref="Absent"/> for "only when new"; null for "whatever is there".</param>
    public StateTransaction Put(string collection, string key, ReadOnlyMemory<byte> content, ulong? expectedVersion = null) =>
        Add(new DocumentChange(DocumentChangeKind.Put, collection, key, expectedVersion, content));

    /// <summary>Removes a document; one that does not exist is no error unless a version is expected.</summary>
    public StateTransaction Delete(string collection, string key, ulong? expectedVersion = null) =>
        Add(new DocumentChange(DocumentChangeKind.Delete, collection, key, expectedVersion, default));

    /// <summary>Changes nothing, but commits only when the document has this version: for decisions that rest on what was read.</summary>
    public StateTransaction Expect(string collection, string key, ulong expectedVersion) =>
        Add(new DocumentChange(DocumentChangeKind.Expect, collection, key, expectedVersion, default));

    /// <summary>Adds a row to the outbox.</summary>
    public StateTransaction Enqueue(string topic, string key, ReadOnlyMemory<byte> content)
    {
        RefuseLongerThan(StateLimits.CollectionBytes, topic, nameof(topic));
        RefuseLongerThan(StateLimits.KeyBytes, key, nameof(key));
        RefuseBigContent(content);
        _messages.Add(new OutboxMessage(topic, key, content));
        return this;
    }

    /// <summary>Commits only while the lease has this epoch. Several leases may be named.</summary>
    public StateTransaction FencedBy(string leaseName, ulong epoch)
    {
        RefuseLongerThan(StateLimits.KeyBytes, leaseName, nameof(leaseName));
        _fences.Add(new LeaseFence(leaseName, epoch));
        return this;
    }

    /// <inheritdoc cref="FencedBy(string, ulong)"/>
    public StateTransaction FencedBy(Lease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return FencedBy(lease.Name, lease.Epoch);
    }

    /// <summary>For implementations of <see cref="IStateStore"/>: in the order in which they were asked for, each document once.</summary>
    public IReadOnlyList<DocumentChange> Changes => _changes;

    /// <inheritdoc cref="Changes"/>
    public IReadOnlyList<OutboxMessage> Messages => _messages;

    /// <inheritdoc cref="Changes"/>
    public IReadOnlyList<LeaseFence> Fences => _fences;

    private StateTransaction Add(DocumentChange change)
    {
        RefuseLongerThan(StateLimits.CollectionBytes, change.Collection, "collection");
        RefuseLongerThan(StateLimits.KeyBytes, change.Key, "key");
        RefuseBigContent(change.Content);
        if (!_documents.Add((change.Collection, change.Key)))
        {
            throw new ArgumentException($"the transaction already names '{change.Key}' in '{change.Collection}'; a document may be named once");
        }
        _changes.Add(change);
        return this;
    }

    private static void RefuseLongerThan(int limitBytes, string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text, name);
        if (text.Length > limitBytes || Encoding.UTF8.GetByteCount(text) > limitBytes)
        {
            throw new ArgumentException($"'{text[..Math.Min(text.Length, 40)]}…' is longer than the {limitBytes} bytes that a {name} may have", name);
        }
    }

    private void RefuseBigContent(ReadOnlyMemory<byte> content)
    {
        if (content.Length > StateLimits.ContentBytes)
        {
            throw new ArgumentException($"content of {content.Length} bytes; at most {StateLimits.ContentBytes} are allowed", nameof(content));
        }
        _contentBytes += content.Length;
        if (_contentBytes > StateLimits.TransactionBytes)
        {
            throw new ArgumentException($"the transaction has {_contentBytes} bytes of content; at most {StateLimits.TransactionBytes} are allowed", nameof(content));
        }
    }
}

/// <summary>What a transaction does with a document.</summary>
public enum DocumentChangeKind
{
    Put,
    Delete,
    Expect,
}

/// <summary>One line of a transaction, see <see cref="StateTransaction"/>.</summary>
public readonly record struct DocumentChange(DocumentChangeKind Kind, string Collection, string Key, ulong? ExpectedVersion, ReadOnlyMemory<byte> Content);

/// <inheritdoc cref="DocumentChange"/>
public readonly record struct OutboxMessage(string Topic, string Key, ReadOnlyMemory<byte> Content);

/// <inheritdoc cref="DocumentChange"/>
public readonly record struct LeaseFence(string Name, ulong Epoch);
