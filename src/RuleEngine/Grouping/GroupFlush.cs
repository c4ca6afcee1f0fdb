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
/// Flushes one group: mutes, decides per integration, makes intents. Reads the alert table and notes addresses; the caller stores the outcome in one
/// transaction and only then replaces the group.
/// </summary>
internal sealed class GroupFlush(AlertTable alerts, Inhibitions inhibitions, AddressBook addresses, IntentFactory intents)
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

        // 3. What each integration hears. An address that was told and is no more in the configuration still hears the end, and no news.
        var told = new Dictionary<string, ToldState>(group.Told, StringComparer.Ordinal);
        var decided = new List<NotificationIntent>();
        foreach (var conversation in Conversations.Of(group, graph.TargetsOf(group.Receiver)))
        {
            var known = conversation.Known;
            List<AlertState> news = conversation.Target is null ? [] : tellable;
            var sendResolved = conversation.Target?.SendResolved ?? addresses.Find(known.AddressId)?.SendResolved ?? true;
            var decision = FlushRule.Decide(known, news, stillFiring, sendResolved, route.RepeatInterval, now);
            if (decision.Kind is { } kind)
            {
                var ordinal = Conversations.NextOrdinal(told, conversation.Name);
                var incident = known.Firing.Count == 0 && kind == IntentKind.Firing ? ordinal : known.Incident;
                var after = After(known, kind, ordinal, incident, news, stillFiring, now) with { AddressId = conversation.Target?.Address?.Id ?? known.AddressId };
                var listed = Listed(members, known, news, kind);
                told[conversation.Key] = after;
                decided.Add(intents.Create(group, conversation.Name, kind, decision, ordinal, incident, listed, graph, epoch, now) with { Address = AddressOf(conversation) });
            }
            else if (known.Firing.Count > 0 && !sendResolved && !known.Firing.Keys.Any(stillFiring.Contains))
            {
                told[conversation.Key] = known with { Firing = new Dictionary<ulong, int>() };
            }
        }
        Conversations.Tidy(told);

        // 4. What stays: firing members, and those whose end somebody still has to hear.
        var awaited = told.Values.SelectMany(state => state.Firing.Keys).ToHashSet();
        var remaining = group.Members.Except(group.Members.Where(member => !stillFiring.Contains(member) && !awaited.Contains(member)));
        var isClosed = remaining.Count == 0;
        var changed = group with
        {
            Members = remaining,
            Departed = group.Departed.Intersect(remaining),
            HasFlushed = !isClosed,
            NextFlush = isClosed ? DateTimeOffset.MaxValue : now + route.GroupInterval,
            ClosedAt = isClosed ? now : null,
            Told = told,
        };
        return new FlushOutcome(changed, decided.Count > 0 || isClosed || !group.HasFlushed || remaining.Count != group.Members.Count, decided);
    }

    /// <summary>Notes where somebody is told, and gives the address when the conversation's name no longer leads there.</summary>
    private ToldAddress? AddressOf(Conversation conversation)
    {
        if (conversation.Target?.Address is { } address)
        {
            addresses.Note(address);
        }
        return conversation.IsMoved ? addresses.Find(conversation.Known.AddressId) : null;
    }

    private static List<AlertState> Listed(List<AlertState> members, ToldState known, List<AlertState> news, IntentKind kind)
    {
        var told = members.Where(alert => known.Firing.ContainsKey(alert.Labels.Fingerprint));
        var listed = kind == IntentKind.Resolved ? told : news.Concat(told).DistinctBy(alert => alert.Labels.Fingerprint);
        return [.. listed.Select(alert => known.Owners.TryGetValue(alert.Labels.Fingerprint, out var owner) ? alert with { Owner = owner } : alert)];
    }

    private static ToldState After(ToldState known, IntentKind kind, long ordinal, long incident, List<AlertState> news, HashSet<ulong> stillFiring, DateTimeOffset now)
    {
        var firing = kind == IntentKind.Resolved
            ? []
            : known.Firing.Where(pair => stillFiring.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var alert in kind == IntentKind.Resolved ? [] : news)
        {
            firing[alert.Labels.Fingerprint] = alert.Occurrences;
        }
        var owners = known.Owners.Where(pair => firing.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
        return known with { Ordinal = ordinal, Incident = incident, At = now, Firing = firing, Owners = owners };
    }
}
