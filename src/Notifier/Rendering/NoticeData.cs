using Observability.Contracts;
using Observability.Templates;

namespace Observability.Notifier.Rendering;

/// <summary>An intent as Alertmanager's templates see it, with <c>.Owner</c> (Name, Email, SlackId, SlackChannel) and <c>.Environment</c> added.</summary>
internal static class NoticeData
{
    public static NotificationData Of(NotificationIntent intent, string externalUrl) => new()
    {
        Receiver = intent.Receiver,
        Alerts = [.. intent.Alerts.Select(AlertOf)],
        GroupLabels = new LabelData(intent.GroupLabels),
        ExternalUrl = externalUrl,
        Additional = new Dictionary<string, TemplateValue>(StringComparer.Ordinal)
        {
            ["Owner"] = OwnerOf(intent.Alerts.Select(alert => alert.Owner).FirstOrDefault(owner => owner is not null)),
            ["Environment"] = intent.Environment,
        },
    };

    private static AlertData AlertOf(NoticeAlert alert) => new()
    {
        Status = alert.Firing ? AlertData.Firing : AlertData.Resolved,
        Labels = new LabelData(alert.Labels),
        Annotations = new LabelData(alert.Annotations),
        StartsAt = new TemplateTime(alert.StartsAt),
        EndsAt = alert.EndsAt is { } end ? new TemplateTime(end) : TemplateTime.Zero,
        GeneratorUrl = alert.GeneratorUrl,
        Fingerprint = alert.Fingerprint,
        Additional = new Dictionary<string, TemplateValue>(StringComparer.Ordinal) { ["Owner"] = OwnerOf(alert.Owner) },
    };

    private static TemplateValue OwnerOf(NoticeOwner? owner) => TemplateValue.From(TemplateMap.OfTexts(
    [
        new("Name", owner?.Name ?? NoticeOwner.Unowned),
        new("Email", owner?.Email ?? ""),
        new("SlackId", owner?.SlackId ?? ""),
        new("SlackChannel", owner?.SlackChannel ?? ""),
    ]));
}
