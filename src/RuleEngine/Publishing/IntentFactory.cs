using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Grouping;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Publishing;

/// <summary>Makes the message of a decision: everything that the Notifier needs, in the order in which people read it.</summary>
internal sealed class IntentFactory
{
    /// <summary>Alerts listed in one notice. More would not fit into a Slack message; the rest is a count and a link.</summary>
    public const int ListedAlerts = 50;

    public NotificationIntent Create(AlertGroup group, string integration, IntentKind kind, FlushDecision decision, long ordinal, long incident,
        IReadOnlyList<AlertState> alerts, AlertingGraph graph, ulong epoch, DateTimeOffset now)
    {
        var ordered = alerts
            .OrderByDescending(alert => alert.IsFiring)
            .ThenByDescending(alert => SeverityOf(alert))
            .ThenBy(alert => alert.ActiveAt)
            .ThenBy(alert => alert.Fingerprint, StringComparer.Ordinal)
            .ToList();
        var environments = ordered.Select(alert => alert.Environment).Distinct(StringComparer.Ordinal).ToList();
        return new NotificationIntent
        {
            Id = NotificationIntent.IdOf(group.Key, group.Receiver, integration, ordinal),
            GroupKey = group.Key,
            Receiver = group.Receiver,
            Integration = integration,
            Ordinal = ordinal,
            Incident = incident,
            Kind = kind,
            IsUpdate = decision.IsUpdate,
            Environment = environments.Count == 1 ? environments[0] : "unknown",
            Epoch = epoch,
            ConfigurationVersion = graph.Version,
            DecidedAt = now,
            GroupLabels = group.Labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal),
            Alerts = [.. ordered.Take(ListedAlerts).Select(alert => ToNotice(alert, group, now))],
            OmittedAlerts = Math.Max(0, ordered.Count - ListedAlerts),
            RouteReason = decision.Reason,
        };
    }

    private static NoticeAlert ToNotice(AlertState alert, AlertGroup group, DateTimeOffset now) => new()
    {
        Fingerprint = alert.Fingerprint,
        Firing = alert.IsFiring,
        Labels = alert.Labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal),
        Annotations = alert.Annotations,
        StartsAt = alert.FiredAt ?? alert.ActiveAt,
        EndsAt = alert.IsFiring ? null : alert.ResolvedAt ?? now,
        EndReason = alert.EndReason,
        GeneratorUrl = alert.GeneratorUrl,
        Owner = alert.Owner,
        Run = alert.Run,
        Occurrences = alert.Occurrences,
        Why =
        [
            .. alert.Why,
            new WhyStep("owner", alert.Owner?.Name != NoticeOwner.Unowned, $"{alert.Owner?.Name ?? NoticeOwner.Unowned}, {alert.Owner?.DecidedBy}", alert.FiredAt),
            new WhyStep("group", true, $"{group.Labels}, {(group.Members.Count == 1 ? "1 alert" : $"{group.Members.Count} alerts")}", now),
            new WhyStep("muting", true, "no mute time or dependency holds it back", now),
            new WhyStep("route", true, $"route {group.RouteKey}, receiver {group.Receiver}; {alert.Environment} allowed", now),
        ],
    };

    // An unknown word counts as an error: it is told, and not last.
    private static Severity SeverityOf(AlertState alert) =>
        SeverityText.TryParse(alert.Labels[LabelNames.Severity], out var severity) ? severity : Severity.Error;
}
