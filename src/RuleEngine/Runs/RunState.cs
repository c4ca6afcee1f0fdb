using System.Text.Json.Serialization;
using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>Who answers for a run according to its source, and where the source said so.</summary>
[method: JsonConstructor]
internal readonly record struct OwnerHint(string Name, string Origin);

/// <summary>
/// All that is known of one attempt of a run: the fold of the reports about it. Immutable, so that readers and snapshots share it with the writer.
/// "At" times are the sender's; "counts from" is the time at which the engine ranks it among its pipeline's runs.
/// </summary>
internal sealed record RunState
{
    public required RunKey Key { get; init; }

    /// <summary>Without a value while only tasks were reported: then it is taken to be running.</summary>
    public Latest<RunStatus> Reported { get; init; }

    /// <summary>Engine time of the first report.</summary>
    public long FirstSeenMilliseconds { get; init; }

    /// <summary>Null while it is not finished. The least of its finishing reports', so that a repeated report never makes it newer.</summary>
    public long? CountsFromMilliseconds { get; init; }

    public long? QueuedAtMilliseconds { get; init; }

    public long? StartedAtMilliseconds { get; init; }

    public long? FinishedAtMilliseconds { get; init; }

    /// <summary>False when its failure was only ever reported by gap repair or a backfill that came too late to page anybody.</summary>
    public bool MayPage { get; init; }

    /// <summary>A pushed report's own time was more than the paging window off the engine's clock.</summary>
    public bool HasClockSkew { get; init; }

    /// <summary>One bit by (1 &lt;&lt; status) for each result that pipeline_runs_total has counted.</summary>
    public int CountedResults { get; init; }

    public Latest<string> Url { get; init; }

    public Latest<string> Error { get; init; }

    public Latest<string> Commit { get; init; }

    public Latest<string> PreviousCommit { get; init; }

    public Latest<string> Branch { get; init; }

    public Latest<string> Version { get; init; }

    public Latest<string> Slot { get; init; }

    public Latest<string> DeploymentId { get; init; }

    public Latest<string> Actor { get; init; }

    public Latest<string> Team { get; init; }

    public Latest<string> Tier { get; init; }

    public Latest<OwnerHint> OwnerHint { get; init; }

    public Latest<long?> Rows { get; init; }

    public Latest<bool?> FullRefresh { get; init; }

    public Latest<TestCounts> Tests { get; init; }

    /// <summary>Sorted by name.</summary>
    public IReadOnlyList<TaskState> Tasks { get; init => field = value ?? []; } = [];

    /// <summary>Tasks that were not kept because the run already had as many as it may.</summary>
    public int OmittedTasks { get; init; }

    [JsonIgnore]
    public RunStatus Status => Reported.Value == default ? RunStatus.Running : Reported.Value;

    [JsonIgnore]
    public bool IsFinished => Status.IsFinished();

    /// <summary>Says whether the pipeline works: cancelled and skipped runs say nothing.</summary>
    [JsonIgnore]
    public bool IsVerdict => IsFinished && Status is not (RunStatus.Cancelled or RunStatus.Skipped);

    /// <summary>Seconds, or null when the sender did not send both ends.</summary>
    [JsonIgnore]
    public double? DurationSeconds => SecondsBetween(StartedAtMilliseconds, FinishedAtMilliseconds);

    [JsonIgnore]
    public double? QueueSeconds => SecondsBetween(QueuedAtMilliseconds, StartedAtMilliseconds);

    /// <summary>Where it stands among its pipeline's runs.</summary>
    [JsonIgnore]
    public (long, int, string) Order => (CountsFromMilliseconds ?? FirstSeenMilliseconds, Key.Attempt, Key.RunId);

    public TaskState? FindTask(string name)
    {
        var (low, high) = (0, Tasks.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var comparison = string.CompareOrdinal(Tasks[middle].Name, name);
            if (comparison == 0)
            {
                return Tasks[middle];
            }
            (low, high) = comparison < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    public static int CompareOrder(RunState left, RunState right)
    {
        var (leftTime, leftAttempt, leftId) = left.Order;
        var (rightTime, rightAttempt, rightId) = right.Order;
        var byTime = leftTime.CompareTo(rightTime);
        var byAttempt = byTime != 0 ? byTime : leftAttempt.CompareTo(rightAttempt);
        return byAttempt != 0 ? byAttempt : string.CompareOrdinal(leftId, rightId);
    }

    private static double? SecondsBetween(long? from, long? until) => from is { } start && until is { } end ? Math.Max(0, end - start) / 1000.0 : null;
}

/// <summary>One task, step, model or job of a run.</summary>
internal sealed record TaskState
{
    public required string Name { get; init; }

    public Latest<RunStatus> Reported { get; init; }

    public Latest<string> Kind { get; init; }

    public Latest<string> Error { get; init; }

    public Latest<string> Url { get; init; }

    public Latest<long?> Rows { get; init; }

    public long? StartedAtMilliseconds { get; init; }

    public long? FinishedAtMilliseconds { get; init; }

    public long? CountsFromMilliseconds { get; init; }

    public bool MayPage { get; init; }

    [JsonIgnore]
    public RunStatus Status => Reported.Value;

    [JsonIgnore]
    public bool IsVerdict => Status.IsFinished() && Status is not (RunStatus.Cancelled or RunStatus.Skipped);

    /// <summary>Failed, and reported so in time to tell somebody.</summary>
    [JsonIgnore]
    public bool IsPagingFailure => Status.IsFailure() && MayPage;
}
