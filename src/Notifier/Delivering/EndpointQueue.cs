using Observability.Contracts;
using Observability.Notifier.Recording;

namespace Observability.Notifier.Delivering;

/// <summary>
/// What waits for one endpoint, by group: within a group in order and one at a time, groups independently of each other. Holds ids and numbers only.
/// Safe for several threads.
/// </summary>
internal sealed class EndpointQueue(int mostAtOnce, TokenBucket? rate)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, GroupLine> _groups = new(StringComparer.Ordinal);
    private DateTimeOffset _pausedUntil;
    private int _underWay;

    public void Add(DeliveryRow row)
    {
        var entry = new QueueEntry(row.Id, row.Ordinal, row.Incident, row.Kind is IntentKind.Firing or IntentKind.Resolved, row.ReceivedAt);
        lock (_gate)
        {
            if (!_groups.TryGetValue(row.GroupKey, out var line))
            {
                _groups.Add(row.GroupKey, line = new GroupLine(row.GroupKey));
            }
            line.Insert(entry);
        }
    }

    /// <summary>The group that has waited longest and is due, with everything that its next message replaces; null while nothing is due.</summary>
    public QueueTurn? TryTake(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_underWay >= mostAtOnce || _pausedUntil > now || (rate is not null && rate.NextAt(now) > now))
            {
                return null;
            }
            var line = _groups.Values.Where(line => !line.IsBusy && line.DueAt <= now).MinBy(line => line.Entries[0].ReceivedAt);
            if (line is null)
            {
                return null;
            }
            line.IsBusy = true;
            _underWay++;
            rate?.Take(now);
            return new QueueTurn(line.GroupKey, line.NextMessage());
        }
    }

    /// <summary>When <see cref="TryTake"/> is worth asking again; null when only an addition or an end can change its answer.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_underWay >= mostAtOnce)
            {
                return null;
            }
            DateTimeOffset? due = null;
            foreach (var line in _groups.Values.Where(line => !line.IsBusy))
            {
                due = due is { } earliest && earliest <= line.DueAt ? earliest : line.DueAt;
            }
            if (due is not { } first)
            {
                return null;
            }
            var latest = first > _pausedUntil ? first : _pausedUntil;
            return rate is not null && rate.NextAt(now) > latest ? rate.NextAt(now) : latest;
        }
    }

    /// <summary>The turn is over and its entries are settled.</summary>
    public void Settle(QueueTurn turn)
    {
        lock (_gate)
        {
            var line = End(turn);
            line.Remove(turn.Entries);
            line.DueAt = default;
            if (line.Entries.Count == 0)
            {
                _groups.Remove(turn.GroupKey);
            }
        }
    }

    /// <summary>The turn is over and its last entry has to be tried again; those that it replaced are settled.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="due">When this group is tried again.</param>
    /// <param name="pausesEndpoint">Nothing else of this endpoint would fare better until then.</param>
    public void Postpone(QueueTurn turn, DateTimeOffset due, bool pausesEndpoint)
    {
        lock (_gate)
        {
            var line = End(turn);
            line.Remove([.. turn.Entries.SkipLast(1)]);
            line.DueAt = due;
            if (pausesEndpoint && due > _pausedUntil)
            {
                _pausedUntil = due;
            }
        }
    }

    private GroupLine End(QueueTurn turn)
    {
        var line = _groups[turn.GroupKey];
        line.IsBusy = false;
        _underWay--;
        return line;
    }

    private sealed class GroupLine(string groupKey)
    {
        public string GroupKey { get; } = groupKey;

        public List<QueueEntry> Entries { get; } = [];

        public DateTimeOffset DueAt { get; set; }

        public bool IsBusy { get; set; }

        public void Insert(QueueEntry entry)
        {
            var position = Entries.Count;
            while (position > 0 && Entries[position - 1].Ordinal > entry.Ordinal)
            {
                position--;
            }
            Entries.Insert(position, entry);
        }

        /// <summary>The first entry and, when it belongs to an incident, the later ones of the same incident behind it: the last of them tells all.</summary>
        public IReadOnlyList<QueueEntry> NextMessage()
        {
            var first = Entries[0];
            return first.IsOfIncident
                ? [.. Entries.TakeWhile(entry => entry.IsOfIncident && entry.Incident == first.Incident)]
                : [first];
        }

        public void Remove(IReadOnlyList<QueueEntry> entries) => Entries.RemoveAll(entries.Contains);
    }
}

/// <param name="IsOfIncident">It fires or ends; good news and tests stand alone, each is told.</param>
internal readonly record struct QueueEntry(string Id, long Ordinal, long Incident, bool IsOfIncident, DateTimeOffset ReceivedAt);

/// <summary>The next message of a group: its last entry is delivered, those before it are superseded by it.</summary>
internal sealed record QueueTurn(string GroupKey, IReadOnlyList<QueueEntry> Entries);
