namespace Observability.Telemetry;

/// <summary>What happened, in every system's terms: something ran, or something was deployed.</summary>
public enum RunKind
{
    Pipeline = 1,
    Deployment = 2,

    /// <summary>A state without runs (source freshness, sync state): only its series matter.</summary>
    State = 3,
}

/// <summary>
/// One report of a source about one run (or one task of it), translated to common terms. Sources make these from payloads; the engine folds them
/// into runs, in any order and any number of times. Rare beside logs and metrics, hence an object; on the wire it is JSON inside the frame.
/// </summary>
public sealed record RunEvent
{
    public RunKind Kind { get; init => field = value == default ? RunKind.Pipeline : value; } = RunKind.Pipeline;

    /// <summary>The system: <c>dbt</c>, <c>github</c>, or what the sender of our own run JSON says.</summary>
    public required string Source { get; init; }

    public required string Pipeline { get; init; }

    /// <summary>Canonical name after Normalizing; the sender's word before it.</summary>
    public string Environment { get; init => field = value ?? "unknown"; } = "unknown";

    public string RunId { get; init => field = value ?? ""; } = "";

    /// <summary>1 for the first attempt. A repeated attempt of the same run belongs to the same incident.</summary>
    public int Attempt { get; init => field = Math.Max(1, value); } = 1;

    /// <summary>Empty for the run itself; else the task, step, model or job within it.</summary>
    public string Task { get; init => field = value ?? ""; } = "";

    public required RunStatus Status { get; init; }

    /// <summary>When the source says it happened (Unix milliseconds); orders events of one run. Receipt time when the source gives none.</summary>
    public long EventTimeMilliseconds { get; init; }

    public long? QueuedAtMilliseconds { get; init; }

    public long? StartedAtMilliseconds { get; init; }

    public long? FinishedAtMilliseconds { get; init; }

    public string Url { get; init => field = value ?? ""; } = "";

    public string Error { get; init => field = value ?? ""; } = "";

    public long? Rows { get; init; }

    public string Commit { get; init => field = value ?? ""; } = "";

    public string PreviousCommit { get; init => field = value ?? ""; } = "";

    public string Branch { get; init => field = value ?? ""; } = "";

    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>Blue or green, where the deployment says so.</summary>
    public string Slot { get; init => field = value ?? ""; } = "";

    public string DeploymentId { get; init => field = value ?? ""; } = "";

    public bool? FullRefresh { get; init; }

    /// <summary>Who answers for it according to the payload: a hint, resolved by owners.yaml.</summary>
    public string OwnerHint { get; init => field = value ?? ""; } = "";

    /// <summary>Where the hint was found, for the why chain: <c>meta.owner</c>, <c>head_commit.author</c>.</summary>
    public string OwnerHintOrigin { get; init => field = value ?? ""; } = "";

    public string Actor { get; init => field = value ?? ""; } = "";

    public string Team { get; init => field = value ?? ""; } = "";

    /// <summary><c>critical</c> raises the default rules' severity; empty when the source does not say.</summary>
    public string Tier { get; init => field = value ?? ""; } = "";

    /// <summary>Counts of data or unit tests by result, where the source runs tests.</summary>
    public TestCounts? Tests { get; init; }

    /// <summary>Tasks reported together with the run (dbt nodes). Each becomes a task of the run.</summary>
    public IReadOnlyList<TaskResult> Tasks { get; init => field = value ?? []; } = [];

    /// <summary>True when gap repair, replay or a declared backfill brought it in: old events of that origin never page.</summary>
    public bool Recovered { get; init; }

    /// <summary>The sender's identity of this delivery; the same twice is one event. Empty when the sender has none.</summary>
    public string DeliveryId { get; init => field = value ?? ""; } = "";
}

/// <summary>One node, step or test within a run.</summary>
/// <param name="Kind">model, test, seed, snapshot, job, step …: the source's word.</param>
public sealed record TaskResult(string Name, RunStatus Status, string Kind = "", string Error = "", long? StartedAtMilliseconds = null,
    long? FinishedAtMilliseconds = null, long? Rows = null);

public sealed record TestCounts(int Passed, int Failed, int Warned = 0, int Skipped = 0, int Errored = 0);
