using Observability.Contracts;
using Observability.RuleEngine.Tracking;

namespace Observability.RuleEngine.Grouping;

/// <summary>What a flush tells one integration, or why it tells nothing.</summary>
internal sealed record FlushDecision(IntentKind? Kind, bool IsUpdate, string Reason)
{
    public static FlushDecision Nothing(string reason) => new(null, false, reason);
}

/// <summary>
/// Alertmanager's deduplication (notify: DedupStage.needsUpdate), with two differences. A new occurrence of a firing alert is an update of the running
/// conversation. Muted alerts are no news, but what was told as firing is always told as over.
/// </summary>
internal static class FlushRule
{
    /// <param name="told">What the integration knows.</param>
    /// <param name="firing">Members that fire and may be told: not muted, not departed.</param>
    /// <param name="stillFiring">Fingerprints of all members that fire, muted and departed ones included.</param>
    /// <param name="sendResolved">The integration's own setting.</param>
    /// <param name="repeatInterval">An unchanged group is told again after this.</param>
    /// <param name="now">The engine's time.</param>
    public static FlushDecision Decide(ToldState told, IReadOnlyList<AlertState> firing, IReadOnlySet<ulong> stillFiring, bool sendResolved,
        TimeSpan repeatInterval, DateTimeOffset now)
    {
        if (firing.Any(alert => !told.Firing.ContainsKey(alert.Labels.Fingerprint)))
        {
            return new FlushDecision(IntentKind.Firing, false, "an alert of the group is new");
        }
        if (told.Firing.Count > 0 && !told.Firing.Keys.Any(stillFiring.Contains))
        {
            return sendResolved ? new FlushDecision(IntentKind.Resolved, false, "all that was told is over") : FlushDecision.Nothing("send_resolved is off");
        }
        var again = firing.Where(alert => told.Firing[alert.Labels.Fingerprint] < alert.Occurrences).ToList();
        if (again.Count > 0)
        {
            return new FlushDecision(IntentKind.Firing, !again.Any(PagesEachRun), "it happened again");
        }
        if (told.Firing.Keys.Any(fingerprint => !stillFiring.Contains(fingerprint)))
        {
            return sendResolved ? new FlushDecision(IntentKind.Firing, true, "a part of it is over") : FlushDecision.Nothing("a part is over, send_resolved is off");
        }
        return firing.Count > 0 && now - told.At >= repeatInterval
            ? new FlushDecision(IntentKind.Firing, false, "repeat_interval has passed")
            : FlushDecision.Nothing("nothing is new");
    }

    private static bool PagesEachRun(AlertState alert) => alert.Annotations.GetValueOrDefault("obs_renotify") == "each_run";
}
