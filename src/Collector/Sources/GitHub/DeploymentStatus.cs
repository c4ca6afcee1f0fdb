using Observability.Telemetry;

namespace Observability.Collector.Sources.GitHub;

/// <summary><c>deployment_status</c>: the only event of GitHub's that always says which environment.</summary>
internal static class DeploymentStatus
{
    public static SourceResult Read(SourcePayload payload)
    {
        var status = payload.Json.At("deployment_status");
        var deployment = payload.Json.At("deployment");
        var id = deployment.Text("id");
        var environment = WorkflowRun.FirstOf(status.Text("environment"), deployment.Text("environment"), "unknown");
        var pipeline = WorkflowRun.FirstOf(payload.Json.Text("repository", "full_name"), payload.Json.Text("repository", "name"));
        if (id.Length == 0 || pipeline.Length == 0)
        {
            return SourceResult.NotUnderstood("deployment_status lacks deployment.id or repository.full_name");
        }
        var state = status.Text("state");
        if (state == "inactive")
        {
            return SourceResult.Ignored("the deployment became inactive because a later one took its place");
        }
        if (GitHubStatus.OfDeployment(state) is not { } result)
        {
            return SourceResult.NotUnderstood($"deployment_status has state '{state}', which is not known");
        }
        var at = status.Time("created_at") ?? payload.ReceivedMilliseconds;
        return SourceResult.Understood(new RunEvent
        {
            Kind = RunKind.Deployment,
            Source = "github",
            Pipeline = pipeline,
            Environment = environment,
            RunId = id,
            DeploymentId = id,
            Status = result,
            EventTimeMilliseconds = at,
            QueuedAtMilliseconds = deployment.Time("created_at"),
            StartedAtMilliseconds = result == RunStatus.Queued ? null : deployment.Time("created_at"),
            FinishedAtMilliseconds = result.IsFinished() ? at : null,
            Url = WorkflowRun.FirstOf(status.Text("log_url"), status.Text("target_url"), payload.Json.Text("workflow_run", "html_url")),
            Error = result.IsFailure() ? status.Text("description") : "",
            Commit = deployment.Text("sha"),
            Branch = deployment.Text("ref"),
            Actor = WorkflowRun.FirstOf(status.Text("creator", "login"), deployment.Text("creator", "login")),
            OwnerHint = deployment.Text("creator", "login"),
            OwnerHintOrigin = deployment.Text("creator", "login").Length > 0 ? "deployment.creator.login" : "",
            DeliveryId = payload.Header("X-GitHub-Delivery"),
        });
    }
}
