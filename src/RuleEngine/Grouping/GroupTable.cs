using Observability.RuleEngine.Routing;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Grouping;

/// <summary>All groups by key, and who is in them. Not thread-safe: the decision loop owns it. The clock is passed in.</summary>
internal sealed class GroupTable
{
    private readonly Dictionary<string, AlertGroup> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public IReadOnlyCollection<AlertGroup> All => _groups.Values;

    /// <summary>The groups that the store does not have as they are now.</summary>
    public IEnumerable<AlertGroup> Changed => _changed.Select(key => _groups[key]);

    public IReadOnlyCollection<string> Removed => _removed;

    public AlertGroup? Find(string key) => _groups.GetValueOrDefault(key);

    public void Restore(AlertGroup group) => _groups[group.Key] = group;

    public void MarkStored()
    {
        _changed.Clear();
        _removed.Clear();
    }

    public void Set(AlertGroup group)
    {
        _groups[group.Key] = group;
        _changed.Add(group.Key);
        _removed.Remove(group.Key);
    }

    private void Remove(string key)
    {
        if (_groups.Remove(key))
        {
            _changed.Remove(key);
            _removed.Add(key);
        }
    }

    /// <summary>Puts a changed alert into the groups of its open routes, and marks it departed in groups that its routes no longer lead to.</summary>
    public void Place(AlertState alert, IReadOnlyList<RouteDecision> decisions, DateTimeOffset now)
    {
        var fingerprint = alert.Labels.Fingerprint;
        var homes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var decision in decisions.Where(decision => decision.IsOpen))
        {
            var labels = GroupLabels(decision.Route, alert.Labels);
            var key = KeyOf(decision.Route, labels, decision.Receiver);
            homes.Add(key);
            Join(key, decision, labels, alert, now);
        }
        foreach (var group in _groups.Values.Where(group => group.Members.Contains(fingerprint) && !homes.Contains(group.Key)).ToList())
        {
            Depart(group, fingerprint);
        }
    }

    /// <summary>The groups that are due, the longest waiting first.</summary>
    public IReadOnlyList<AlertGroup> DueAt(DateTimeOffset now) =>
        [.. _groups.Values.Where(group => group.NextFlush <= now).OrderBy(group => group.NextFlush)];

    public DateTimeOffset? NextFlush => _groups.Count == 0 ? null : _groups.Values.Min(group => group.NextFlush);

    /// <summary>Only the time of the next look changed: not worth a write, because after a restart a look too early does no harm.</summary>
    public void Reschedule(AlertGroup group) => _groups[group.Key] = group;

    /// <summary>Forgets closed groups whose intents the Notifier has forgotten too.</summary>
    public void RemoveClosedBefore(DateTimeOffset time)
    {
        foreach (var group in _groups.Values.Where(group => group.ClosedAt < time).ToList())
        {
            Remove(group.Key);
        }
    }

    public static string KeyOf(Route route, LabelSet groupLabels, string receiver) => $"{route.Key}:{groupLabels}:{receiver}";

    public static LabelSet GroupLabels(Route route, LabelSet labels) =>
        route.GroupByAll ? labels : LabelSet.Of(route.GroupBy.Select(name => new Label(name, labels[name])));

    private void Join(string key, RouteDecision decision, LabelSet labels, AlertState alert, DateTimeOffset now)
    {
        var fingerprint = alert.Labels.Fingerprint;
        var group = Find(key);
        if (group is null || group.ClosedAt is not null)
        {
            if (alert.IsFiring)
            {
                Set(new AlertGroup
                {
                    Key = key,
                    RouteKey = decision.Route.Key,
                    Receiver = decision.Receiver,
                    Labels = labels,
                    Members = [fingerprint],
                    NextFlush = now + decision.Route.GroupWait,
                    Told = group?.Told ?? new Dictionary<string, ToldState>(),
                });
            }
            return;
        }
        if (group.Members.Contains(fingerprint) && !group.Departed.Contains(fingerprint))
        {
            return;
        }
        Set(group with
        {
            Members = group.Members.Contains(fingerprint) ? group.Members : [.. group.Members, fingerprint],
            Departed = [.. group.Departed.Where(departed => departed != fingerprint)],
        });
    }

    private void Depart(AlertGroup group, ulong fingerprint)
    {
        if (group.Departed.Contains(fingerprint))
        {
            return;
        }
        // Nobody here heard of it: then there is nothing to close.
        var wasTold = group.Told.Values.Any(told => told.Firing.ContainsKey(fingerprint));
        Set(wasTold
            ? group with { Departed = [.. group.Departed, fingerprint] }
            : group with { Members = [.. group.Members.Where(member => member != fingerprint)] });
    }
}
