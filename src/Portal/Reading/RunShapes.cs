using Observability.Contracts;

namespace Observability.Portal.Reading;

/// <summary>The RuleEngine's <c>/api/v1/runs</c>.</summary>
public sealed record RunPage(IReadOnlyList<RunView> Runs, DateTimeOffset? NextBefore);

/// <summary>The RuleEngine's <c>/api/v1/runs/{id}</c>.</summary>
public sealed record RunDetail
{
    public required RunView Run { get; init; }

    public IReadOnlyList<TaskView> Tasks { get; set; } = [];

    public RunFacts? Facts { get; init; }

    public IReadOnlyList<RunView> Attempts { get; set; } = [];

    public IReadOnlyList<RunView> Previous { get; set; } = [];
}

/// <summary>One attempt of a run. What the source did not send is null.</summary>
public sealed record RunView
{
    public string Id { get; set; } = "";

    public string Source { get; set; } = "";

    public string Pipeline { get; set; } = "";

    public string Environment { get; set; } = "unknown";

    public string RunId { get; set; } = "";

    public int Attempt { get; set; } = 1;

    public string Status { get; set; } = "";

    public DateTimeOffset FirstSeenAt { get; init; }

    public DateTimeOffset OrderedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double? DurationSeconds { get; init; }

    public double? QueueSeconds { get; init; }

    public string? Url { get; init; }

    public string? Error { get; init; }

    public long? Rows { get; init; }

    public string? Commit { get; init; }

    public string? Branch { get; init; }

    public string? Version { get; init; }

    public string? Actor { get; init; }

    public string? Team { get; init; }

    public string? OwnerHint { get; init; }

    public TestCountsView? Tests { get; init; }

    public bool ClockSkew { get; init; }

    public int TaskCount { get; init; }

    public int FailedTaskCount { get; init; }
}

/// <summary>Results of the tests that ran inside a run.</summary>
public sealed record TestCountsView
{
    public long Passed { get; init; }

    public long Failed { get; init; }

    public long Errored { get; init; }

    public long Skipped { get; init; }

    public long Warned { get; init; }
}

/// <summary>One task, node or step of a run.</summary>
public sealed record TaskView
{
    public string Name { get; set; } = "";

    public string Kind { get; set; } = "";

    public string Status { get; set; } = "";

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? Error { get; init; }

    public string? Url { get; init; }

    public long? Rows { get; init; }
}
