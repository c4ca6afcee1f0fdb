using Observability.StateStore;

namespace Observability.RuleEngine.Publishing;

/// <summary>
/// Fills transactions with parts, each of which is stored as a whole: a part that would make a transaction too big begins the next one. For one commit
/// and one thread.
/// </summary>
internal sealed class TransactionParts(Lease lease)
{
    /// <summary>
    /// Contents of one transaction. Bigger: one sync for more of a storm, and longer until others may commit. Far enough below
    /// <see cref="StateLimits.TransactionBytes"/> for one more part: a group and its intents.
    /// </summary>
    public const int TargetBytes = 4 << 20;

    /// <summary>Parts of one transaction: 100,000 deletions have no content and are a big record all the same.</summary>
    public const int MostParts = 10_000;

    private readonly List<Action<StateTransaction>> _part = [];
    private readonly List<StateTransaction> _transactions = [];
    private int _partBytes;
    private int _bytes;
    private int _parts;

    public void Put(string collection, string key, byte[] content)
    {
        _partBytes += content.Length;
        _part.Add(transaction => transaction.Put(collection, key, content));
    }

    public void Delete(string collection, string key)
    {
        _part.Add(transaction => transaction.Delete(collection, key));
    }

    public void Enqueue(string topic, string key, byte[] content)
    {
        _partBytes += content.Length;
        _part.Add(transaction => transaction.Enqueue(topic, key, content));
    }

    /// <summary>What was added since the last end is stored together or not at all.</summary>
    public void EndPart()
    {
        if (_transactions.Count == 0 || _bytes + _partBytes > TargetBytes || _parts >= MostParts)
        {
            _transactions.Add(new StateTransaction().FencedBy(lease));
            (_bytes, _parts) = (0, 0);
        }
        _part.ForEach(add => add(_transactions[^1]));
        _bytes += _partBytes;
        _parts++;
        _part.Clear();
        _partBytes = 0;
    }

    /// <summary>In the order in which they have to be committed.</summary>
    public IReadOnlyList<StateTransaction> Transactions() => _transactions;
}
