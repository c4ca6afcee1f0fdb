using Observability.Configuration;
using Observability.Contracts;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Routing;

/// <summary>Who answers for an alert: the labels' word, then the source's hint, then the globs of owners.yaml. Says which step decided.</summary>
internal static class OwnerResolver
{
    public static NoticeOwner Resolve(AlertState alert, OwnersConfiguration owners)
    {
        var labels = alert.Labels;
        string[] hints = [labels[LabelNames.Owner], alert.Run?.OwnerHint ?? "", labels[LabelNames.Team]];
        var resolution = owners.Resolve(hints, labels[LabelNames.Source], labels[LabelNames.Pipeline], labels[LabelNames.Task]);
        return resolution.Owner is { } owner
            ? new NoticeOwner(owner.Id, resolution.Reason, owner.Email, owner.SlackId, owner.Channel)
            : new NoticeOwner(NoticeOwner.Unowned, resolution.Reason);
    }
}
