using System.Text.Json.Serialization;
using Observability.Contracts;
using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>One attempt of a run, as <c>/api/v1/runs</c> lists it. Times are RFC 3339; what the source did not send is left out.</summary>
internal sealed record RunSummary
{
    /// <summary>Address of the run, all attempts together.</summary>
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Source { get; init; }

    public required string Pipeline { get; init; }

    public required string Environment { get; init; }

    public required string RunId { get; init; }

    public required int Attempt { get; init; }

    public required string Status { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>What the list is ordered by, and what "before" of the next page compares with.</summary>
    public required DateTimeOffset OrderedAt { get; init; }

    public DateTimeOffset? QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double? DurationSeconds { get; init; }

    public double? QueueSeconds { get; init; }

    public string? Url { get; init; }

    public string? Error { get; init; }

    public long? Rows { get; init; }

    public string? Commit { get; init; }

    public string? PreviousCommit { get; init; }

    public string? Branch { get; init; }

    public string? Version { get; init; }

    public string? Slot { get; init; }

    public string? DeploymentId { get; init; }

    public string? Actor { get; init; }

    public string? Team { get; init; }

    public string? Tier { get; init; }

    public string? OwnerHint { get; init; }

    public bool? FullRefresh { get; init; }

    public TestCounts? Tests { get; init; }

    public bool ClockSkew { get; init; }

    public int TaskCount { get; init; }

    public int FailedTaskCount { get; init; }

    public static RunSummary Of(RunState run) => new()
    {
        Id = run.Key.Id,
        Kind = run.Key.Pipeline.Kind.ToString().ToLowerInvariant(),
        Source = run.Key.Pipeline.Source,
        Pipeline = run.Key.Pipeline.Pipeline,
        Environment = run.Key.Pipeline.Environment,
        RunId = run.Key.RunId,
        Attempt = run.Key.Attempt,
        Status = run.Status.ToLabel(),
        FirstSeenAt = DateTimeOffset.FromUnixTimeMilliseconds(run.FirstSeenMilliseconds),
        OrderedAt = DateTimeOffset.FromUnixTimeMilliseconds(run.Order.Item1),
        QueuedAt = TaskSummary.AsTime(run.QueuedAtMilliseconds),
        StartedAt = TaskSummary.AsTime(run.StartedAtMilliseconds),
        FinishedAt = TaskSummary.AsTime(run.FinishedAtMilliseconds),
        DurationSeconds = run.DurationSeconds,
        QueueSeconds = run.QueueSeconds,
        Url = run.Url.Value,
        Error = run.Error.Value,
        Rows = run.Rows.Value,
        Commit = run.Commit.Value,
        PreviousCommit = run.PreviousCommit.Value,
        Branch = run.Branch.Value,
        Version = run.Version.Value,
        Slot = run.Slot.Value,
        DeploymentId = run.DeploymentId.Value,
        Actor = run.Actor.Value,
        Team = run.Team.Value,
        Tier = run.Tier.Value,
        OwnerHint = run.OwnerHint.Value.Name,
        FullRefresh = run.FullRefresh.Value,
        Tests = run.Tests.Value,
        ClockSkew = run.HasClockSkew,
        TaskCount = run.Tasks.Count + run.OmittedTasks,
        FailedTaskCount = run.Tasks.Count(task => task.Status.IsFailure()),
    };
}

/// <summary>One task of a run.</summary>
internal sealed record TaskSummary(string Name, string Kind, string Status, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Error, string? Url, long? Rows)
{
    public static TaskSummary Of(TaskState task) => new(task.Name, task.Kind.Value ?? "", task.Status.ToLabel(), AsTime(task.StartedAtMilliseconds),
        AsTime(task.FinishedAtMilliseconds), task.Error.Value, task.Url.Value, task.Rows.Value);

    public static DateTimeOffset? AsTime(long? milliseconds) => milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}

/// <summary>An answer of <c>/api/v1/runs</c>.</summary>
/// <param name="Runs">Newest first.</param>
/// <param name="NextBefore">Pass it as "before" to get the next page; left out on the last one.</param>
internal sealed record RunPage(IReadOnlyList<RunSummary> Runs, DateTimeOffset? NextBefore);

/// <summary>An answer of <c>/api/v1/runs/{id}</c>.</summary>
/// <param name="Run">The last attempt.</param>
/// <param name="Tasks">Its tasks, the failed ones first.</param>
/// <param name="Facts">As a notice about it would show them.</param>
/// <param name="Attempts">All attempts, first to last.</param>
/// <param name="Previous">Other runs of the pipeline, newest first.</param>
internal sealed record RunPageDetail(
    RunSummary Run, IReadOnlyList<TaskSummary> Tasks, RunFacts Facts, IReadOnlyList<RunSummary> Attempts, IReadOnlyList<RunSummary> Previous);

/// <param name="Error">What was wrong and what is expected.</param>
internal sealed record ApiError(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunPage))]
[JsonSerializable(typeof(RunPageDetail))]
[JsonSerializable(typeof(ApiError))]
internal sealed partial class RunsApiJson : JsonSerializerContext;
