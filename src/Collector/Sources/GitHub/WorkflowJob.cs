using Observability.Telemetry;

namespace Observability.Collector.Sources.GitHub;

/// <summary><c>workflow_job</c>: queued, waiting, in_progress, completed. A task of the run of the same id; its failing step is the only error text there is.</summary>
internal static class WorkflowJob
{
    public static SourceResult Read(SourcePayload payload)
    {
        var job = payload.Json.At("workflow_job");
        var runId = job.Text("run_id");
        var task = job.Text("name");
        var workflow = job.Text("workflow_name");
        if (runId.Length == 0 || task.Length == 0 || workflow.Length == 0)
        {
            return SourceResult.NotUnderstood("workflow_job lacks run_id, name or workflow_name");
        }
        if (GitHubStatus.Of(payload.Json.Text("action"), job.Text("status"), job.Text("conclusion")) is not { } status)
        {
            return SourceResult.NotUnderstood($"workflow_job has status '{job.Text("status")}' and conclusion '{job.Text("conclusion")}', which are not known");
        }
        var started = job.Time("started_at");
        var finished = status.IsFinished() ? job.Time("completed_at") : null;
        return SourceResult.Understood(new RunEvent
        {
            Source = "github",
            Pipeline = WorkflowRun.Qualify(payload, workflow),
            Environment = WorkflowRun.FirstOf(payload.Json.Text("deployment", "environment"), "unknown"),
            RunId = runId,
            Attempt = WorkflowRun.AttemptOf(job),
            Task = task,
            Status = status,
            EventTimeMilliseconds = finished ?? started ?? payload.ReceivedMilliseconds,
            QueuedAtMilliseconds = job.Time("created_at"),
            StartedAtMilliseconds = status == RunStatus.Queued ? null : started,
            FinishedAtMilliseconds = finished,
            Url = job.Text("html_url"),
            Error = status.IsFailure() ? FailingStep(payload) : "",
            Commit = job.Text("head_sha"),
            Branch = job.Text("head_branch"),
            Actor = payload.Json.Text("sender", "login"),
            DeliveryId = payload.Header("X-GitHub-Delivery"),
        });
    }

    // Jobs made from third-party check runs have no steps.
    private static string FailingStep(SourcePayload payload)
    {
        foreach (var step in payload.Json.Items("workflow_job", "steps"))
        {
            if (step.Text("conclusion") is "failure" or "timed_out")
            {
                return $"step '{step.Text("name")}' failed";
            }
        }
        return "";
    }
}
