using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Observability.Telemetry;

/// <summary>
/// Attribute and label names that the product itself sets or reads. Attributes follow OpenTelemetry's semantic conventions (v1.44, CI/CD and VCS groups);
/// labels are the short names that people write in queries and routes.
/// </summary>
public static class AttributeNames
{
    public const string DeploymentEnvironmentName = "deployment.environment.name";
    public const string DeploymentEnvironmentDeprecated = "deployment.environment";
    public const string ServiceName = "service.name";
    public const string PipelineName = "cicd.pipeline.name";
    public const string PipelineResult = "cicd.pipeline.result";
    public const string PipelineRunId = "cicd.pipeline.run.id";
    public const string PipelineRunUrl = "cicd.pipeline.run.url.full";
    public const string PipelineRunState = "cicd.pipeline.run.state";
    public const string TaskName = "cicd.pipeline.task.name";
    public const string TaskRunResult = "cicd.pipeline.task.run.result";
    public const string Revision = "vcs.ref.head.revision";
    public const string Branch = "vcs.ref.head.name";
    public const string Repository = "vcs.repository.name";
    public const string ExceptionMessage = "exception.message";

    /// <summary>What the sender called its environment when environments.yaml does not declare it.</summary>
    public const string EnvironmentRaw = "environment.raw";

    /// <summary>Why an authentic payload was kept without being understood.</summary>
    public const string DeadLetterReason = "obs.dead_letter.reason";
}

/// <summary>Label names of the shared vocabulary: the ones that streams, series, alerts and routes share.</summary>
public static class LabelNames
{
    public const string Environment = "environment";
    public const string Source = "source";
    public const string Pipeline = "pipeline";
    public const string Task = "task";
    public const string Team = "team";
    public const string Owner = "owner";
    public const string Severity = "severity";
    public const string AlertName = "alertname";
    public const string ServiceName = "service_name";

    /// <summary>Derived from the severity number when a record is read; a stream selector may use it like any other label.</summary>
    public const string Level = "level";

    /// <summary>"true" on the stream that keeps payloads nobody understood.</summary>
    public const string DeadLetter = "dead_letter";

    /// <summary>Every label that a log stream can have. What else came with a record is an attribute.</summary>
    public static readonly FrozenSet<string> OfStreams = FrozenSet.ToFrozenSet(
        [Environment, Source, ServiceName, Pipeline, Task, Team, Owner, DeadLetter, Level], StringComparer.Ordinal);

    private static readonly SearchValues<char> s_characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>The label that an attribute is where labels are asked for: what a label's name cannot hold becomes <c>_</c>, and a leading digit gets one in front; empty for a name of spaces.</summary>
    public static string FromAttribute(string attribute) => FromText(attribute, isBeginning: true);

    /// <summary>As <see cref="FromAttribute"/>, for a part of a name: a digit may lead where another part stands before.</summary>
    public static string FromText(string text, bool isBeginning)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length == 0)
        {
            return "";
        }
        var leadingDigit = isBeginning && char.IsAsciiDigit(trimmed[0]);
        if (!leadingDigit && trimmed.Length == text.Length && !trimmed.ContainsAnyExcept(s_characters))
        {
            return text;
        }
        var name = new StringBuilder(trimmed.Length + 1).Append(leadingDigit ? "_" : "");
        foreach (var character in trimmed)
        {
            name.Append(s_characters.Contains(character) ? character : '_');
        }
        return name.ToString();
    }
}
