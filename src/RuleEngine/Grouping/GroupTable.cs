using Observability.Contracts;
using Observability.RuleEngine.Deciding;
using Observability.RuleEngine.Routing;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Grouping;

/// <summary>
/// All groups by key, who is in them, and when each is looked at next. Every call costs what it changes, not what there is: flushes and closings wait in
/// queues by time, and each alert knows its groups. Not thread-safe: the decision loop owns it. The clock is passed in.
/// </summary>
internal sealed class GroupTable
{
    private readonly Dictionary<string, AlertGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, List<string>> _groupsOf = [];
    private readonly DueQueue<string> _flushes = new();
    private readonly DueQueue<string> _closings = new();
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private readonly HashSet<ulong> _released = [];

    /// <summary>Groups looked at since the start: what the steps cost, and what a test holds against what changed.</summary>
    public long Reads { get; private set; }

    public IReadOnlyCollection<AlertGroup> All
    {
        get
        {
            Reads += _groups.Count;
            return _groups.Values;
        }
    }

    /// <summary>The groups that the store does not have as they are now.</summary>
    public IEnumerable<AlertGroup> Changed => _changed.Select(key => _groups[key]);

    public IReadOnlyCollection<string> Removed => _removed;

    /// <summary>Alerts that have left their last group and came into no other since the last <see cref="MarkStored"/>.</summary>
    public IReadOnlyCollection<ulong> Released => _released;

    public DateTimeOffset? NextFlush => _flushes.NextAt;

    public AlertGroup? Find(string key)
    {
        Reads++;
        return _groups.GetValueOrDefault(key);
    }

    /// <summary>Whether some group still has to tell something about the alert.</summary>
    public bool Holds(ulong fingerprint) => _groupsOf.ContainsKey(fingerprint);

    /// <summary>The groups that an alert is in.</summary>
    public IEnumerable<AlertGroup> Of(ulong fingerprint) => GroupKeysOf(fingerprint).Select(key => Find(key)!);

    public void Restore(AlertGroup group) => Replace(group);

    public void MarkStored()
    {
        _changed.Clear();
        _removed.Clear();
        _released.Clear();
    }

    /// <param name="group">As it is from now on; it will be stored.</param>
    /// <param name="onlyMember">The one alert that came or went, where that is known: a storm that joins one group must not compare its members each time.</param>
    public void Set(AlertGroup group, ulong? onlyMember = null)
    {
        Replace(group, onlyMember);
        _changed.Add(group.Key);
        _removed.Remove(group.Key);
    }

    /// <summary>Only the time of the next look changed: not worth a write, because after a restart a look too early does no harm.</summary>
    public void Reschedule(AlertGroup group) => Replace(group);

    /// <summary>Puts a changed alert into the groups of its open routes, and marks it departed in groups that its routes no longer lead to.</summary>
    public void Place(AlertState alert, IReadOnlyList<RouteDecision> decisions, DateTimeOffset now)
    {
        var homes = new List<string>(decisions.Count);
        foreach (var decision in decisions.Where(decision => decision.IsOpen))
        {
            var labels = GroupLabels(decision.Route, alert);
            var key = KeyOf(decision.Route, labels, decision.Receiver);
            homes.Add(key);
            Join(key, decision, labels, alert, now);
        }
        var fingerprint = alert.Labels.Fingerprint;
        foreach (var left in GroupKeysOf(fingerprint).Where(key => !homes.Contains(key)).ToList())
        {
            Depart(Find(left)!, fingerprint);
        }
    }

    /// <summary>An alert has another owner now: whoever was told stays with the one that they know.</summary>
    public void KeepOwner(ulong fingerprint, NoticeOwner before)
    {
        foreach (var key in GroupKeysOf(fingerprint).ToList())
        {
            var group = Find(key)!;
            var told = group.Told.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
            foreach (var (name, state) in group.Told.Where(entry => entry.Value.Firing.ContainsKey(fingerprint) && !entry.Value.Owners.ContainsKey(fingerprint)))
            {
                told[name] = state with { Owners = new Dictionary<ulong, NoticeOwner>(state.Owners) { [fingerprint] = before } };
            }
            Set(group with { Told = told });
        }
    }

    /// <summary>Takes the groups that are due, the longest waiting first. Each is owed a <see cref="Set"/> or a <see cref="Reschedule"/>.</summary>
    public IReadOnlyList<AlertGroup> TakeDue(DateTimeOffset now) => [.. _flushes.TakeDue(now).Select(key => Find(key)!)];

    /// <summary>Forgets closed groups whose intents the Notifier has forgotten too.</summary>
    public void RemoveClosedBefore(DateTimeOffset time)
    {
        foreach (var key in _closings.TakeDue(time - TimeSpan.FromTicks(1)))
        {
            Reads++;
            _groups.Remove(key);
            _changed.Remove(key);
            _removed.Add(key);
        }
    }

    private static string KeyOf(Route route, LabelSet groupLabels, string receiver) => $"{route.Key}:{groupLabels}:{receiver}";

    // The owner is decided in Routing and is no label of the alert, but routes match it and may group by it.
    private static LabelSet GroupLabels(Route route, AlertState alert) =>
        route.GroupByAll ? alert.Labels : LabelSet.Of(route.GroupBy.Select(name =>
            new Label(name, name == LabelNames.Owner && !alert.Labels.Has(name) ? alert.Owner?.Name ?? "" : alert.Labels[name])));

    private void Join(string key, RouteDecision decision, LabelSet labels, AlertState alert, DateTimeOffset now)
    {
        var fingerprint = alert.Labels.Fingerprint;
        var group = Find(key);
        if (group is null || group.ClosedAt is not null)
        {
            if (alert.IsFiring)
            {
                var opened = new AlertGroup
                {
                    Key = key,
                    RouteKey = decision.Route.Key,
                    Receiver = decision.Receiver,
                    Labels = labels,
                    Members = [fingerprint],
                    NextFlush = now + decision.Route.GroupWait,
                };
                Set(group is null ? opened : opened with { Told = group.Told }, fingerprint);
            }
            return;
        }
        if (!group.Members.Contains(fingerprint) || group.Departed.Contains(fingerprint))
        {
            Set(group with { Members = group.Members.Add(fingerprint), Departed = group.Departed.Remove(fingerprint) }, fingerprint);
        }
    }

    private void Depart(AlertGroup group, ulong fingerprint)
    {
        if (group.Departed.Contains(fingerprint))
        {
            return;
        }
        // Nobody here heard of it: then there is nothing to close.
        var wasTold = group.Told.Values.Any(told => told.Firing.ContainsKey(fingerprint));
        Set(wasTold ? group with { Departed = group.Departed.Add(fingerprint) } : group with { Members = group.Members.Remove(fingerprint) }, fingerprint);
    }

    /// <summary>The one place where a group changes, so that queues and memberships always follow.</summary>
    private void Replace(AlertGroup group, ulong? onlyMember = null)
    {
        var before = _groups.GetValueOrDefault(group.Key);
        _groups[group.Key] = group;
        if (onlyMember is { } member)
        {
            Follow(group, member);
        }
        else if (!ReferenceEquals(before?.Members, group.Members))
        {
            foreach (var fingerprint in (before?.Members ?? []).Union(group.Members))
            {
                Follow(group, fingerprint);
            }
        }
        if (group.ClosedAt is { } closedAt)
        {
            _flushes.Remove(group.Key);
            _closings.Set(group.Key, closedAt);
        }
        else
        {
            _closings.Remove(group.Key);
            _flushes.Set(group.Key, group.NextFlush);
        }
    }

    private void Follow(AlertGroup group, ulong fingerprint)
    {
        var isMember = group.Members.Contains(fingerprint);
        if (!_groupsOf.TryGetValue(fingerprint, out var keys))
        {
            if (!isMember)
            {
                return;
            }
            _groupsOf[fingerprint] = keys = [];
        }
        if (!isMember && keys.Remove(group.Key) && keys.Count == 0)
        {
            _groupsOf.Remove(fingerprint);
            _released.Add(fingerprint);
        }
        else if (isMember && !keys.Contains(group.Key))
        {
            keys.Add(group.Key);
            _released.Remove(fingerprint);
        }
    }

    private List<string> GroupKeysOf(ulong fingerprint) => _groupsOf.GetValueOrDefault(fingerprint) ?? [];
}
