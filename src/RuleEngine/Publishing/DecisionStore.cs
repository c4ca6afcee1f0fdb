using System.Text.Json;
using Observability.Contracts;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Tracking;
using Observability.StateStore;

namespace Observability.RuleEngine.Publishing;

/// <summary>
/// Alerts, groups and the intents that follow from them, in one transaction that carries the engine's lease. An intent exists exactly when the state that
/// decided it does; the memory of the decision loop is only a copy of what stands here.
/// </summary>
internal sealed class DecisionStore(IStateStore store)
{
    public const string Alerts = "alerts";
    public const string ClosedAlerts = "closed-alerts";
    public const string Groups = "groups";
    public const string IntentTopic = "intents";

    public async Task RestoreAsync(AlertTable alerts, GroupTable groups, CancellationToken cancellationToken)
    {
        await foreach (var document in store.ListAsync(Alerts, "", cancellationToken))
        {
            alerts.Restore(JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.AlertState)!);
        }
        await foreach (var document in store.ListAsync(Groups, "", cancellationToken))
        {
            groups.Restore(JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.AlertGroup)!);
        }
    }

    /// <summary>Stores everything that one step of the loop changed. Nothing is published from it before this has committed.</summary>
    public Task<CommitOutcome> CommitAsync(DecisionChanges changes, Lease lease, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction().FencedBy(lease);
        foreach (var alert in changes.Alerts)
        {
            transaction.Put(Alerts, alert.Fingerprint, JsonSerializer.SerializeToUtf8Bytes(alert, EngineJson.Default.AlertState));
        }
        foreach (var fingerprint in changes.DroppedAlerts)
        {
            transaction.Delete(Alerts, fingerprint);
        }
        foreach (var alert in changes.ClosedAlerts)
        {
            transaction.Put(ClosedAlerts, ClosedKey(alert), JsonSerializer.SerializeToUtf8Bytes(alert, EngineJson.Default.AlertState));
        }
        foreach (var group in changes.Groups)
        {
            transaction.Put(Groups, StorageKey(group.Key), JsonSerializer.SerializeToUtf8Bytes(group, EngineJson.Default.AlertGroup));
        }
        foreach (var key in changes.RemovedGroups)
        {
            transaction.Delete(Groups, StorageKey(key));
        }
        foreach (var intent in changes.Intents)
        {
            transaction.Enqueue(IntentTopic, intent.Id, JsonSerializer.SerializeToUtf8Bytes(intent, ContractJson.Default.NotificationIntent));
        }
        return store.CommitAsync(transaction, cancellationToken);
    }

    /// <summary>The newest closed alerts first.</summary>
    public async Task<IReadOnlyList<AlertState>> RecentlyClosedAsync(int limit, CancellationToken cancellationToken)
    {
        var closed = new List<AlertState>();
        await foreach (var document in store.ListAsync(ClosedAlerts, "", cancellationToken))
        {
            closed.Add(JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.AlertState)!);
            if (closed.Count == limit)
            {
                break;
            }
        }
        return closed;
    }

    // Group keys hold label values of any length; keys of the store do not.
    private static string StorageKey(string groupKey) => NotificationIntent.IdOf(groupKey, "", "", 0);

    // Counts down, so that the first keys are the newest.
    private static string ClosedKey(AlertState alert) =>
        $"{long.MaxValue - (alert.ResolvedAt ?? default).ToUnixTimeMilliseconds():x16}-{alert.Fingerprint}";
}

/// <summary>What one step of the decision loop changed.</summary>
internal sealed record DecisionChanges
{
    public IReadOnlyCollection<AlertState> Alerts { get; init; } = [];

    public IReadOnlyCollection<string> DroppedAlerts { get; init; } = [];

    public IReadOnlyCollection<AlertState> ClosedAlerts { get; init; } = [];

    public IReadOnlyCollection<AlertGroup> Groups { get; init; } = [];

    public IReadOnlyCollection<string> RemovedGroups { get; init; } = [];

    public IReadOnlyList<NotificationIntent> Intents { get; init; } = [];

    public bool IsEmpty => Alerts.Count + DroppedAlerts.Count + ClosedAlerts.Count + Groups.Count + RemovedGroups.Count + Intents.Count == 0;
}
