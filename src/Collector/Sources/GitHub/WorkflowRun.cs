using System.Text.Json;
using Observability.Telemetry;

namespace Observability.Collector.Sources.GitHub;

/// <summary><c>workflow_run</c>: requested, in_progress, completed.</summary>
internal static class WorkflowRun
{
    public static SourceResult Read(SourcePayload payload)
    {
        var run = payload.Json.At("workflow_run");
        var runId = run.Text("id");
        var pipeline = NameOf(payload, run);
        if (runId.Length == 0 || pipeline.Length == 0)
        {
            return SourceResult.NotUnderstood("workflow_run has no id, or neither it nor workflow has a name or path");
        }
        var action = payload.Json.Text("action");
        if (GitHubStatus.Of(action, run.Text("status"), run.Text("conclusion")) is not { } status)
        {
            return SourceResult.NotUnderstood($"workflow_run has status '{run.Text("status")}' and conclusion '{run.Text("conclusion")}', which are not known");
        }
        // There is no field for the end; the run is updated last when it ends.
        var updated = run.Time("updated_at");
        var (owner, ownerOrigin) = OwnerOf(run);
        return SourceResult.Understood(new RunEvent
        {
            Source = "github",
            Pipeline = pipeline,
            RunId = runId,
            Attempt = AttemptOf(run),
            Status = status,
            EventTimeMilliseconds = updated ?? run.Time("run_started_at") ?? payload.ReceivedMilliseconds,
            QueuedAtMilliseconds = run.Time("created_at"),
            StartedAtMilliseconds = status == RunStatus.Queued ? null : run.Time("run_started_at"),
            FinishedAtMilliseconds = status.IsFinished() ? updated : null,
            Url = run.Text("html_url"),
            Commit = run.Text("head_sha"),
            Branch = run.Text("head_branch"),
            Error = status == RunStatus.Failed && run.Text("conclusion") == "startup_failure" ? "the workflow could not be started" : "",
            Actor = FirstOf(run.Text("triggering_actor", "login"), run.Text("actor", "login"), payload.Json.Text("sender", "login")),
            OwnerHint = owner,
            OwnerHintOrigin = ownerOrigin,
            DeliveryId = payload.Header("X-GitHub-Delivery"),
        });
    }

    /// <summary><c>octo-org/octo-repo/test</c>: workflow names repeat from repository to repository.</summary>
    internal static string NameOf(SourcePayload payload, JsonElement run)
    {
        var name = FirstOf(run.Text("name"), payload.Json.Text("workflow", "name"), Path.GetFileNameWithoutExtension(FirstOf(run.Text("path"), payload.Json.Text("workflow", "path"))));
        return Qualify(payload, name);
    }

    internal static string Qualify(SourcePayload payload, string name)
    {
        var repository = payload.Json.Text("repository", "full_name");
        return name.Length == 0 || repository.Length == 0 ? name : $"{repository}/{name}";
    }

    internal static int AttemptOf(JsonElement run) => (int)Math.Clamp(run.Integer("run_attempt") ?? 1, 1, int.MaxValue);

    internal static string FirstOf(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Length > 0)
            {
                return candidate;
            }
        }
        return "";
    }

    private static (string Owner, string Origin) OwnerOf(JsonElement run)
    {
        if (run.Text("head_commit", "author", "email") is { Length: > 0 } email && !email.EndsWith("noreply.github.com", StringComparison.OrdinalIgnoreCase))
        {
            return (email, "head_commit.author.email");
        }
        return run.Text("triggering_actor", "login") is { Length: > 0 } login ? (login, "triggering_actor.login") : ("", "");
    }
}
