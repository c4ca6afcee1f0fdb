namespace Observability.RuleEngine.Deciding;

/// <summary>
/// Keys by the time at which they are due. A key that is put off keeps its old place and is only moved when that place comes up (lazy re-arm), so putting
/// off costs nothing; asking costs what is due, not what waits. Not thread-safe. The clock is passed in.
/// </summary>
internal sealed class DueQueue<TKey>
    where TKey : notnull
{
    /// <summary>Places of keys that were brought forward or removed are dropped when they come up; above this many for each key the queue is built anew.</summary>
    private const int PlacesPerKey = 2;

    /// <summary>Below it building anew would cost more than the places.</summary>
    private const int FewPlaces = 64;

    private readonly Dictionary<TKey, Waiting> _waiting = [];
    private readonly PriorityQueue<TKey, (long Ticks, long Order)> _places = new();
    private long _order;

    public int Count => _waiting.Count;

    /// <summary>Places in use, those that are out of date included: what the memory depends on.</summary>
    public int Places => _places.Count;

    /// <summary>When the first key is due; null when none waits.</summary>
    public DateTimeOffset? NextAt => FirstPlace() is { } place ? new DateTimeOffset(place.Ticks, TimeSpan.Zero) : null;

    /// <summary>Adds a key, or changes when it is due.</summary>
    public void Set(TKey key, DateTimeOffset due)
    {
        var ticks = due.UtcTicks;
        if (_waiting.TryGetValue(key, out var known) && known.PlaceTicks <= ticks)
        {
            _waiting[key] = known with { DueTicks = ticks };
            return;
        }
        AddPlace(key, ticks);
        if (_places.Count > FewPlaces && _places.Count > _waiting.Count * PlacesPerKey)
        {
            Rebuild();
        }
    }

    public void Remove(TKey key) => _waiting.Remove(key);

    /// <summary>Takes out every key that is due, the longest waiting first.</summary>
    public IReadOnlyList<TKey> TakeDue(DateTimeOffset now)
    {
        List<TKey>? due = null;
        while (FirstPlace() is { } place && place.Ticks <= now.UtcTicks)
        {
            var key = _places.Dequeue();
            _waiting.Remove(key);
            (due ??= []).Add(key);
        }
        return due ?? (IReadOnlyList<TKey>)[];
    }

    /// <summary>The first place whose key is due there; drops and moves those in front of it that are out of date.</summary>
    private (long Ticks, long Order)? FirstPlace()
    {
        while (_places.TryPeek(out var key, out var place))
        {
            var isCurrent = _waiting.TryGetValue(key, out var known) && known.PlaceOrder == place.Order;
            if (isCurrent && known.DueTicks == place.Ticks)
            {
                return place;
            }
            _places.Dequeue();
            if (isCurrent)
            {
                AddPlace(key, known.DueTicks);
            }
        }
        return null;
    }

    private void AddPlace(TKey key, long ticks)
    {
        _waiting[key] = new Waiting(ticks, ticks, ++_order);
        _places.Enqueue(key, (ticks, _order));
    }

    private void Rebuild()
    {
        _places.Clear();
        foreach (var (key, known) in _waiting.OrderBy(pair => pair.Value.PlaceOrder).ToList())
        {
            AddPlace(key, known.DueTicks);
        }
    }

    /// <param name="DueTicks">When it is due.</param>
    /// <param name="PlaceTicks">Where it stands in the queue; never later than it is due.</param>
    /// <param name="PlaceOrder">Tells its place from those it had before.</param>
    private readonly record struct Waiting(long DueTicks, long PlaceTicks, long PlaceOrder);
}
