using Observability.Configuration;
using Observability.Contracts;
using Observability.Notifier.Recording;

namespace Observability.Notifier.Delivering;

/// <summary>
/// Who is told when a delivery fails for good: the fallback receiver of policy.yaml. Whoever heard the beginning this way hears the end too, though the
/// end may well reach the first receiver again.
/// </summary>
internal sealed class Fallback(NoticeJournal journal, ActiveConfiguration configuration, TimeProvider time)
{
    /// <summary>The notices to add in the commit that settles <paramref name="row"/>; none when there is nobody else, or it may not hear of the environment.</summary>
    public async Task<IReadOnlyList<NewNotice>> NoticesForAsync(DeliveryRow row, CancellationToken cancellationToken)
    {
        var isOwed = row.Status == NoticeStatus.Failed || (row.Kind == IntentKind.Resolved && journal.HasFallenBack(row));
        var current = configuration.Current;
        var receiver = current.Policy.Fallback;
        if (!isOwed || row.Kind == IntentKind.Test || row.FallbackOf.Length > 0 || row.Receiver == receiver || !current.Policy.Allows(receiver, row.Environment)
            || !current.Readiness.TryGetValue(receiver, out var readiness)
            || await journal.IntentAsync(row.Id, cancellationToken) is not { } intent)
        {
            return [];
        }
        // A conversation of its own: the receiver may have one about this group in its own right.
        var groupKey = $"{row.GroupKey} instead of {row.Endpoint}";
        var reason = row.Status == NoticeStatus.Failed
            ? $"Receiver {row.Receiver} ({row.Integration}) could not be told. {row.Reason}"
            : $"Receiver {row.Receiver} ({row.Integration}) could not be told of the beginning, so you were.";
        IEnumerable<string> integrations = readiness.Ready.Count > 0 ? readiness.Ready.Select(integration => integration.Name) : ["preview[0]"];
        return [.. integrations.Select(integration => Notice(row, intent, groupKey, receiver, integration, reason))];
    }

    private NewNotice Notice(DeliveryRow row, NotificationIntent intent, string groupKey, string receiver, string integration, string reason)
    {
        var redirected = intent with
        {
            Id = NotificationIntent.IdOf(groupKey, receiver, integration, row.Ordinal),
            GroupKey = groupKey,
            Receiver = receiver,
            Integration = integration,
            Address = null,
        };
        var added = DeliveryRow.Of(redirected, time.GetUtcNow()) with { FallbackOf = row.Id, Reason = reason, TellsTheBeginning = row.TellsTheBeginning };
        return new NewNotice(redirected, added);
    }
}
