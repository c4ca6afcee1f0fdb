using System.Text.Json;
using Observability.Contracts;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Tracking;
using Observability.StateStore;

namespace Observability.RuleEngine.Publishing;

/// <summary>
/// Alerts, groups and the intents that follow from them, in transactions that carry the engine's lease. An intent exists exactly when the state that
/// decided it does; the memory of the decision loop is only a copy of what stands here.
/// </summary>
internal sealed class DecisionStore(IStateStore store)
{
    public const string Alerts = "alerts";
    public const string ClosedAlerts = "closed-alerts";
    public const string Groups = "groups";
    public const string Addresses = "addresses";
    public const string IntentTopic = "intents";

    public async Task RestoreAsync(AlertTable alerts, GroupTable groups, AddressBook addresses, CancellationToken cancellationToken)
    {
        await foreach (var document in store.ListAsync(Addresses, "", cancellationToken))
        {
            addresses.Restore(JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.ToldAddress)!);
        }
        await foreach (var document in store.ListAsync(Alerts, "", cancellationToken))
        {
            alerts.Restore(JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.AlertState)!);
        }
        await foreach (var document in store.ListAsync(Groups, "", cancellationToken))
        {
            groups.Restore(JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.AlertGroup)!);
        }
    }

    /// <summary>
    /// Stores everything that one step of the loop changed. Nothing is published from it before this has committed. A storm is more than a transaction
    /// takes, so it is stored in several, in an order that may end after any of them: an alert that no group has yet is routed by the next start, a group
    /// is stored together with its intents, and what is over leaves last.
    /// </summary>
    /// <returns>The first outcome that was not good, or the last one. After one that was not good memory has to be read again.</returns>
    public async Task<CommitOutcome> CommitAsync(DecisionChanges changes, Lease lease, CancellationToken cancellationToken)
    {
        var outcome = new CommitOutcome(CommitStatus.Committed);
        foreach (var transaction in Transactions(changes, lease))
        {
            outcome = await store.CommitAsync(transaction, cancellationToken);
            if (!outcome.IsCommitted)
            {
                return outcome;
            }
        }
        return outcome;
    }

    /// <summary>The newest closed alerts first.</summary>
    public async Task<IReadOnlyList<AlertState>> RecentlyClosedAsync(int limit, CancellationToken cancellationToken)
    {
        var closed = new List<AlertState>();
        await foreach (var document in store.ListAsync(ClosedAlerts, "", cancellationToken).Take(limit).WithCancellation(cancellationToken))
        {
            closed.Add(JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.AlertState)!);
        }
        return closed;
    }

    /// <summary>The alert when it is among the newest <paramref name="limit"/> closed ones; its key says so, so that the others are not read.</summary>
    public async Task<AlertState?> FindRecentlyClosedAsync(ulong fingerprint, int limit, CancellationToken cancellationToken)
    {
        var ending = "-" + AlertState.FingerprintText(fingerprint);
        await foreach (var document in store.ListAsync(ClosedAlerts, "", cancellationToken).Take(limit).WithCancellation(cancellationToken))
        {
            if (document.Key.EndsWith(ending, StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize(document.Content.Span, EngineJson.Default.AlertState);
            }
        }
        return null;
    }

    private static IEnumerable<StateTransaction> Transactions(DecisionChanges changes, Lease lease)
    {
        var parts = new TransactionParts(lease);
        foreach (var alert in changes.Alerts)
        {
            parts.Put(Alerts, alert.Fingerprint, JsonSerializer.SerializeToUtf8Bytes(alert, EngineJson.Default.AlertState));
            parts.EndPart();
        }
        foreach (var address in changes.Addresses)
        {
            parts.Put(Addresses, address.Id, JsonSerializer.SerializeToUtf8Bytes(address, EngineJson.Default.ToldAddress));
            parts.EndPart();
        }
        var intents = changes.Intents.ToLookup(intent => intent.GroupKey, StringComparer.Ordinal);
        foreach (var group in changes.Groups)
        {
            parts.Put(Groups, StorageKey(group.Key), JsonSerializer.SerializeToUtf8Bytes(group, EngineJson.Default.AlertGroup));
            foreach (var intent in intents[group.Key])
            {
                parts.Enqueue(IntentTopic, intent.Id, JsonSerializer.SerializeToUtf8Bytes(intent, ContractJson.Default.NotificationIntent));
            }
            parts.EndPart();
        }
        foreach (var key in changes.RemovedGroups)
        {
            parts.Delete(Groups, StorageKey(key));
            parts.EndPart();
        }
        foreach (var alert in changes.ClosedAlerts)
        {
            parts.Put(ClosedAlerts, ClosedKey(alert), JsonSerializer.SerializeToUtf8Bytes(alert, EngineJson.Default.AlertState));
            parts.Delete(Alerts, alert.Fingerprint);
            parts.EndPart();
        }
        foreach (var fingerprint in changes.DroppedAlerts)
        {
            parts.Delete(Alerts, fingerprint);
            parts.EndPart();
        }
        return parts.Transactions();
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

    /// <summary>Fingerprints of pending alerts that went away unheard.</summary>
    public IReadOnlyCollection<string> DroppedAlerts { get; init; } = [];

    /// <summary>Over, and nobody waits to be told: they leave the open ones.</summary>
    public IReadOnlyCollection<AlertState> ClosedAlerts { get; init; } = [];

    /// <summary>Stored before the groups that name them.</summary>
    public IReadOnlyCollection<ToldAddress> Addresses { get; init; } = [];

    public IReadOnlyCollection<AlertGroup> Groups { get; init; } = [];

    public IReadOnlyCollection<string> RemovedGroups { get; init; } = [];

    /// <summary>Each of a group that is among <see cref="Groups"/>.</summary>
    public IReadOnlyList<NotificationIntent> Intents { get; init; } = [];

    public bool IsEmpty => Alerts.Count + DroppedAlerts.Count + ClosedAlerts.Count + Addresses.Count + Groups.Count + RemovedGroups.Count + Intents.Count == 0;
}
