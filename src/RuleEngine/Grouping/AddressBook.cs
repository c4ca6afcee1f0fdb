using Observability.Contracts;

namespace Observability.RuleEngine.Grouping;

/// <summary>
/// The addresses that somebody was told at, by id: what groups know of them is the id alone, because a thousand groups tell one channel. Kept in the state
/// store, so that whoever heard a beginning is found again when the configuration has forgotten them. Not thread-safe: the decision loop owns it.
/// </summary>
internal sealed class AddressBook
{
    private readonly Dictionary<string, ToldAddress> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    /// <summary>The addresses that the store does not have as they are now.</summary>
    public IEnumerable<ToldAddress> Changed => _changed.Select(id => _byId[id]);

    public ToldAddress? Find(string id) => _byId.GetValueOrDefault(id);

    public void Restore(ToldAddress address) => _byId[address.Id] = address;

    /// <summary>Somebody is told there now, with these settings.</summary>
    public void Note(ToldAddress address)
    {
        if (Find(address.Id) != address)
        {
            _byId[address.Id] = address;
            _changed.Add(address.Id);
        }
    }

    public void MarkStored() => _changed.Clear();
}
