using System.ComponentModel.DataAnnotations;

namespace Observability.RuleEngine.Runs;

/// <summary>How long and how many runs are kept, and what may page.</summary>
internal sealed record RunOptions
{
    /// <summary>
    /// Age up to which a run that gap repair or a backfill brings in may still tell somebody. Default 6 h: older, it is history and only updates what is
    /// shown. Also how far a sender's clock may be off before its run is marked.
    /// </summary>
    public TimeSpan PageWithin { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Attempts kept for one pipeline. Default 200: a month of hourly-ish runs on a page. Fewer when there are so many pipelines that <see cref="MaximumRuns"/> would be passed.</summary>
    [Range(30, 10_000)]
    public int RunsPerPipeline { get; init; } = 200;

    /// <summary>Attempts kept in all, about 1 KiB each without tasks. Default 250,000.</summary>
    [Range(1_000, 10_000_000)]
    public int MaximumRuns { get; init; } = 250_000;

    /// <summary>Pipelines known at one time. Default 10,000; at the limit a new one is refused and counted, because names made of run ids would take everything.</summary>
    [Range(1, 1_000_000)]
    public int MaximumPipelines { get; init; } = 10_000;

    /// <summary>How long a run is kept. Default 400 days: the same month of last year can be compared.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Silence after which a pipeline's series end and its alerts with them. Default 30 days.</summary>
    public TimeSpan RetireAfter { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>Sizes that are not for operators to choose.</summary>
internal static class RunLimits
{
    /// <summary>A notice shows some lines of an error, the log has all of it.</summary>
    public const int ErrorCharacters = 4096;

    /// <summary>URLs, commits, names: longer ones are mistakes of a sender.</summary>
    public const int TextCharacters = 1024;

    /// <summary>Large dbt projects have some thousand nodes. Failed tasks are kept beyond it, up to twice as many.</summary>
    public const int TasksPerRun = 5_000;

    /// <summary>Series of tasks that failed once, for one pipeline; one that works again makes room.</summary>
    public const int TaskSeriesPerPipeline = 500;

    /// <summary>Good runs that the usual duration is the median of, and how few are too few to call anything usual.</summary>
    public const int UsualDurationRuns = 30;

    public const int UsualDurationAtLeast = 5;
}
