using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Muting;
using Observability.RuleEngine.Publishing;
using Observability.RuleEngine.Routing;
using Observability.RuleEngine.Tracking;
using Observability.StateStore;

namespace Observability.RuleEngine;

/// <summary>
/// What happens to an alert, in order: Evaluating → Tracking → Routing → Grouping → Muting → Publishing. One step takes everything that is due at one
/// time and stores what it changed; nothing is published that is not stored. A step costs what is due and what changed, whatever else there is.
/// Owned by the decision loop, one thread at a time.
/// </summary>
internal sealed class AlertPath(RuleEvaluator evaluator, RuleHealth health, DecisionStore store, IRunFacts runs, TimeProvider time)
{
    private readonly IntentFactory _intents = new();
    private readonly HashSet<ulong> _changed = [];
    private readonly HashSet<ulong> _dropped = [];

    public AlertTable Alerts { get; private set; } = new(runs);

    public GroupTable Groups { get; private set; } = new();

    public AddressBook Addresses { get; private set; } = new();

    /// <summary>Who holds back whom among the alerts that fire now.</summary>
    public Inhibitions Inhibitions { get; private set; } = new([]);

    /// <summary>Makes memory what the store says. At start, and after a commit whose outcome is not known or not good.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        _changed.Clear();
        _dropped.Clear();
        var alerts = new AlertTable(runs);
        var groups = new GroupTable();
        var addresses = new AddressBook();
        await store.RestoreAsync(alerts, groups, addresses, cancellationToken);
        (Alerts, Groups, Addresses) = (alerts, groups, addresses);
        // One whose end was told, but whose closing was not stored any more, is closed by the next step.
        _changed.UnionWith(alerts.All.Where(alert => alert.Phase == AlertPhase.Resolved).Select(alert => alert.Labels.Fingerprint));
    }

    /// <summary>One step at one time. Returns how the commit went, or null when nothing had changed.</summary>
    public async Task<CommitOutcome?> StepAsync(AlertingGraph graph, EvaluationSchedule schedule, Lease lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var group in schedule.TakeDue(now))
        {
            EvaluateAndTrack(group, graph, schedule, now, cancellationToken);
        }
        var intents = FlushDue(graph, lease.Epoch, now);
        return await CommitAsync(intents, lease, cancellationToken);
    }

    /// <summary>After a change of configuration: alerts of removed rules end, all others are routed anew; whoever was told stays until the end.</summary>
    public void Adopt(AlertingGraph graph, DateTimeOffset now)
    {
        Inhibitions = new Inhibitions(graph.Configuration.Alerting.InhibitRules);
        foreach (var change in Alerts.EndRulesExcept(graph.RuleKeys, now))
        {
            RouteAndGroup(change, graph, now);
        }
        foreach (var alert in Alerts.All.Where(alert => alert.IsFiring).ToList())
        {
            RouteAndGroup(new AlertChange(alert, alert), graph, now);
        }
        health.KeepOnly(graph.RuleKeys);
    }

    private void EvaluateAndTrack(Rules.CompiledGroup group, AlertingGraph graph, EvaluationSchedule schedule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        foreach (var outcome in evaluator.Evaluate(group, now, cancellationToken))
        {
            health.Record(outcome, now, time.GetElapsedTime(started));
            foreach (var change in outcome.Results is { } results ? Alerts.Apply(outcome.Rule, results, now) : [])
            {
                RouteAndGroup(change, graph, now);
            }
        }
        schedule.MarkEvaluated(group, now, time.GetElapsedTime(started));
    }

    private void RouteAndGroup(AlertChange change, AlertingGraph graph, DateTimeOffset now)
    {
        if (change.After is not { } alert)
        {
            _dropped.Add(change.Before!.Labels.Fingerprint);
            _changed.Remove(change.Before.Labels.Fingerprint);
            return;
        }
        _changed.Add(alert.Labels.Fingerprint);
        _dropped.Remove(alert.Labels.Fingerprint);
        Inhibitions.Follow(alert);
        if (alert.IsFiring)
        {
            var owner = OwnerResolver.Resolve(alert, graph.Configuration.Owners);
            if (alert.Owner is { } before && before with { DecidedBy = owner.DecidedBy } != owner)
            {
                Groups.KeepOwner(alert.Labels.Fingerprint, before);
            }
            alert = Alerts.SetOwner(alert, owner);
            Groups.Place(alert, graph.Router.Decide(alert, owner), now);
        }
    }

    private List<NotificationIntent> FlushDue(AlertingGraph graph, ulong epoch, DateTimeOffset now)
    {
        var intents = new List<NotificationIntent>();
        var flush = new GroupFlush(Alerts, Inhibitions, Addresses, _intents);
        foreach (var group in Groups.TakeDue(now))
        {
            var outcome = flush.Run(group, graph, epoch, now);
            if (outcome.IsWorthStoring)
            {
                Groups.Set(outcome.After);
            }
            else
            {
                Groups.Reschedule(outcome.After);
            }
            intents.AddRange(outcome.Intents);
        }
        Groups.RemoveClosedBefore(now - graph.Configuration.Settings.Retention.Deliveries);
        return intents;
    }

    private async Task<CommitOutcome?> CommitAsync(List<NotificationIntent> intents, Lease lease, CancellationToken cancellationToken)
    {
        // A resolved alert is kept while a group waits to tell its end; then it moves to the closed ones.
        var closed = _changed.Union(Groups.Released).Where(fingerprint => !Groups.Holds(fingerprint)).Select(Alerts.Find).OfType<AlertState>()
            .Where(alert => alert.Phase == AlertPhase.Resolved).ToList();
        var closedNow = closed.Select(alert => alert.Labels.Fingerprint).ToHashSet();
        var changes = new DecisionChanges
        {
            Alerts = [.. _changed.Where(fingerprint => !closedNow.Contains(fingerprint)).Select(Alerts.Find).OfType<AlertState>()],
            DroppedAlerts = [.. _dropped.Select(AlertState.FingerprintText)],
            ClosedAlerts = closed,
            Addresses = [.. Addresses.Changed],
            Groups = [.. Groups.Changed],
            RemovedGroups = Groups.Removed,
            Intents = intents,
        };
        if (changes.IsEmpty)
        {
            return null;
        }
        var outcome = await store.CommitAsync(changes, lease, cancellationToken);
        if (outcome.IsCommitted)
        {
            closed.ForEach(Alerts.Remove);
            Groups.MarkStored();
            Addresses.MarkStored();
            _changed.Clear();
            _dropped.Clear();
        }
        return outcome;
    }
}
