using Observability.Telemetry;

namespace Observability.Collector.Sources.GitHub;

/// <summary>What GitHub's states mean.</summary>
internal static class GitHubStatus
{
    /// <summary>
    /// State of a run or job. A conclusion decides, whatever the action says: deliveries with action <c>in_progress</c> and status <c>completed</c> exist.
    /// Null for words that are not known.
    /// </summary>
    public static RunStatus? Of(string action, string status, string conclusion) => conclusion switch
    {
        "success" or "neutral" => RunStatus.Succeeded,
        "failure" or "startup_failure" => RunStatus.Failed,
        "timed_out" => RunStatus.TimedOut,
        "cancelled" or "stale" => RunStatus.Cancelled,
        "skipped" => RunStatus.Skipped,
        // Waits for a person: not over.
        "action_required" => RunStatus.Queued,
        "" => status switch
        {
            "queued" or "requested" or "waiting" or "pending" => RunStatus.Queued,
            "in_progress" => RunStatus.Running,
            "" => OfAction(action),
            _ => null,
        },
        _ => null,
    };

    private static RunStatus? OfAction(string action) => action switch
    {
        "requested" or "queued" or "waiting" => RunStatus.Queued,
        "in_progress" => RunStatus.Running,
        _ => null,
    };

    /// <summary>Null for <c>inactive</c> (a later deployment took its place), which says nothing about success, and for words that are not known.</summary>
    public static RunStatus? OfDeployment(string state) => state switch
    {
        "success" => RunStatus.Succeeded,
        "failure" or "error" => RunStatus.Failed,
        "in_progress" => RunStatus.Running,
        "pending" or "queued" or "waiting" => RunStatus.Queued,
        _ => null,
    };
}
