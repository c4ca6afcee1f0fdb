using Observability.Telemetry;

namespace Observability.Collector.Normalizing;

/// <summary>A run event in words: the body of its log row, and OpenTelemetry's words for its state.</summary>
internal static class RunText
{
    /// <summary><c>orders_daily failed in fct_orders: column "x" does not exist</c></summary>
    public static string Line(RunEvent runEvent)
    {
        var what = runEvent.Kind == RunKind.Deployment ? $"deployment of {runEvent.Pipeline}" : runEvent.Pipeline;
        return Line(what, runEvent.Status, runEvent.Task, runEvent.Error);
    }

    public static string Line(RunEvent runEvent, TaskResult task) => Line(runEvent.Pipeline, task.Status, task.Name, task.Error);

    /// <summary>Severity number of the row: what somebody has to look at is an error.</summary>
    public static int SeverityNumber(RunStatus status) => status switch
    {
        RunStatus.Failed or RunStatus.TimedOut or RunStatus.Partial => 17,
        RunStatus.Cancelled => 13,
        _ => 9,
    };

    /// <summary>Value of <c>cicd.pipeline.result</c> and <c>cicd.pipeline.task.run.result</c>; null while it is not over.</summary>
    public static string? Result(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "success",
        RunStatus.Failed or RunStatus.Partial => "failure",
        RunStatus.Cancelled => "cancellation",
        RunStatus.Skipped => "skip",
        RunStatus.TimedOut => "timeout",
        _ => null,
    };

    /// <summary>Value of <c>cicd.pipeline.run.state</c>; null when it is over.</summary>
    public static string? State(RunStatus status) => status switch
    {
        RunStatus.Queued => "pending",
        RunStatus.Running => "executing",
        _ => null,
    };

    private static string Line(string what, RunStatus status, string task, string error)
    {
        var place = task.Length > 0 ? $" in {task}" : "";
        var reason = error.Length > 0 ? $": {error}" : "";
        return $"{what} {Verb(status)}{place}{reason}";
    }

    private static string Verb(RunStatus status) => status switch
    {
        RunStatus.Queued => "is queued",
        RunStatus.Running => "is running",
        RunStatus.Succeeded => "succeeded",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "was cancelled",
        RunStatus.Skipped => "was skipped",
        RunStatus.TimedOut => "timed out",
        _ => "succeeded in part",
    };
}
