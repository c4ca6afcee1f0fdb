using Observability.Collector.Receiving.Signatures;

namespace Observability.Collector.Sources.GitHub;

/// <summary>
/// GitHub's webhooks (docs.github.com, "Webhook events and payloads"): workflow runs, their jobs, and deployments. Deliveries may come out of order and
/// more than once; X-GitHub-Delivery identifies each.
/// </summary>
internal sealed class GitHubSource : ISource
{
    public string Name => "github";

    public SignatureScheme Signature { get; } = new(SignatureAlgorithm.HmacSha256, "X-Hub-Signature-256", "sha256=");

    public bool TakesForms => true;

    public SourceResult Read(SourcePayload payload)
    {
        var kind = payload.Header("X-GitHub-Event");
        return kind switch
        {
            "workflow_run" => WorkflowRun.Read(payload),
            "workflow_job" => WorkflowJob.Read(payload),
            "deployment_status" => DeploymentStatus.Read(payload),
            "ping" => SourceResult.Ignored("ping: the webhook is connected"),
            "" => SourceResult.NotUnderstood("the header X-GitHub-Event is missing"),
            _ => SourceResult.Ignored($"event '{Shorten(kind)}' is not read; choose workflow_run, workflow_job and deployment_status in the webhook's settings"),
        };
    }

    private static string Shorten(string kind) => kind.Length <= 64 ? kind : kind[..64];
}
