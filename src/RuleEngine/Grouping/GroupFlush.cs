using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Muting;
using Observability.RuleEngine.Publishing;
using Observability.RuleEngine.Tracking;

namespace Observability.RuleEngine.Grouping;

/// <summary>What one flush came to: the group as it is afterwards and the intents that it decided.</summary>
/// <param name="IsWorthStoring">False when only the time of the next look changed.</param>
internal sealed record FlushOutcome(AlertGroup After, bool IsWorthStoring, IReadOnlyList<NotificationIntent> Intents);

/// <summary>
/// Flushes one group: mutes, decides per integration, makes intents. Pure but for reading the alert table; the caller stores the outcome in one
/// transaction and only then replaces the group.
/// </summary>
internal sealed class GroupFlush(AlertTable alerts, Inhibitions inhibitions, IntentFactory intents)
{
    public FlushOutcome Run(AlertGroup group, AlertingGraph graph, ulong epoch, DateTimeOffset now)
    {
        // 1. Who is in it now. A member without a record was closed and told by another group: nothing left to say about it here.
        var members = group.Members.Select(alerts.Find).OfType<AlertState>().ToList();
        var stillFiring = members.Where(alert => alert.IsFiring).Select(alert => alert.Labels.Fingerprint).ToHashSet();

        // 2. Who may be told: not departed, not muted. A route that is no more has no timers of its own left; the root's hold.
        var route = graph.Routes.GetValueOrDefault(group.RouteKey) ?? graph.Tree.Root;
        var quiet = graph.MuteTimes.ReasonToBeQuiet(route, now);
        var tellable = quiet is not null
            ? []
            : members.Where(alert => alert.IsFiring && !group.Departed.Contains(alert.Labels.Fingerprint) && inhibitions.InhibitorOf(alert) is null).ToList();

        // 3. What each integration hears. One that was told and is no more in the configuration still hears the end.
        var told = new Dictionary<string, ToldState>(group.Told, StringComparer.Ordinal);
        var decided = new List<NotificationIntent>();
        foreach (var target in TargetsOf(group, graph))
        {
            var known = told.GetValueOrDefault(target.Name) ?? new ToldState();
            var decision = FlushRule.Decide(known, tellable, stillFiring, target.SendResolved, route.RepeatInterval, now);
            if (decision.Kind is { } kind)
            {
                var ordinal = known.Ordinal + 1;
                var incident = known.Firing.Count == 0 && kind == IntentKind.Firing ? ordinal : known.Incident;
                decided.Add(intents.Create(group, target.Name, kind, decision, ordinal, incident, Listed(members, known, tellable, kind), graph, epoch, now));
                told[target.Name] = After(known, kind, ordinal, incident, tellable, stillFiring, now);
            }
            else if (known.Firing.Count > 0 && !target.SendResolved && !known.Firing.Keys.Any(stillFiring.Contains))
            {
                told[target.Name] = known with { Firing = new Dictionary<ulong, int>() };
            }
        }

        // 4. What stays: firing members, and those whose end somebody still has to hear.
        var awaited = told.Values.SelectMany(state => state.Firing.Keys).ToHashSet();
        var remaining = group.Members.Except(group.Members.Where(member => !stillFiring.Contains(member) && !awaited.Contains(member)));
        var isClosed = remaining.Count == 0;
        var after = group with
        {
            Members = remaining,
            Departed = group.Departed.Intersect(remaining),
            HasFlushed = !isClosed,
            NextFlush = isClosed ? DateTimeOffset.MaxValue : now + route.GroupInterval,
            ClosedAt = isClosed ? now : null,
            Told = told,
        };
        return new FlushOutcome(after, decided.Count > 0 || isClosed || !group.HasFlushed || remaining.Count != group.Members.Count, decided);
    }

    private static IEnumerable<IntegrationTarget> TargetsOf(AlertGroup group, AlertingGraph graph)
    {
        var current = graph.TargetsOf(group.Receiver);
        var gone = group.Told.Where(told => told.Value.Firing.Count > 0 && current.All(target => target.Name != told.Key)).Select(told => new IntegrationTarget(told.Key, true));
        return current.Concat(gone);
    }

    private static List<AlertState> Listed(List<AlertState> members, ToldState known, List<AlertState> tellable, IntentKind kind) =>
        kind == IntentKind.Resolved
            ? [.. members.Where(alert => known.Firing.ContainsKey(alert.Labels.Fingerprint))]
            : [.. tellable.Union(members.Where(alert => known.Firing.ContainsKey(alert.Labels.Fingerprint)))];

    private static ToldState After(ToldState known, IntentKind kind, long ordinal, long incident, List<AlertState> tellable, HashSet<ulong> stillFiring, DateTimeOffset now)
    {
        var firing = kind == IntentKind.Resolved
            ? []
            : known.Firing.Where(pair => stillFiring.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var alert in kind == IntentKind.Resolved ? [] : tellable)
        {
            firing[alert.Labels.Fingerprint] = alert.Occurrences;
        }
        return known with { Ordinal = ordinal, Incident = incident, At = now, Firing = firing };
    }
}
