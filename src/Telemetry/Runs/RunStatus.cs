namespace Observability.Telemetry;

/// <summary>State of a run or of one of its tasks. The numbers are on disk: they never change.</summary>
public enum RunStatus
{
    Queued = 1,
    Running = 2,
    Succeeded = 3,
    Failed = 4,
    Cancelled = 5,
    Skipped = 6,
    TimedOut = 7,

    /// <summary>Finished, and part of it failed: dbt's "partial success", Databricks' SUCCESS_WITH_FAILURES.</summary>
    Partial = 8,
}

/// <summary>Reading, writing and judging of run states.</summary>
public static class RunStatusText
{
    /// <summary>The word used in our run JSON, in labels (<c>result</c>) and on pages.</summary>
    public static string ToLabel(this RunStatus status) => status switch
    {
        RunStatus.Queued => "queued",
        RunStatus.Running => "running",
        RunStatus.Succeeded => "succeeded",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "cancelled",
        RunStatus.Skipped => "skipped",
        RunStatus.TimedOut => "timed_out",
        _ => "partial",
    };

    public static bool TryParse(string text, out RunStatus status)
    {
        status = text switch
        {
            "queued" => RunStatus.Queued,
            "running" => RunStatus.Running,
            "succeeded" => RunStatus.Succeeded,
            "failed" => RunStatus.Failed,
            "cancelled" => RunStatus.Cancelled,
            "skipped" => RunStatus.Skipped,
            "timed_out" => RunStatus.TimedOut,
            "partial" => RunStatus.Partial,
            _ => default,
        };
        return status != default;
    }

    public static bool IsFinished(this RunStatus status) => status is not (RunStatus.Queued or RunStatus.Running);

    /// <summary>Somebody has to look: failed, timed out, or only part of it done.</summary>
    public static bool IsFailure(this RunStatus status) => status is RunStatus.Failed or RunStatus.TimedOut or RunStatus.Partial;
}
