using Observability.Contracts;
using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>Which runs to list. An empty text or a null lets everything through.</summary>
internal sealed record RunFilter
{
    /// <summary>Bigger: a page that nobody reads, and a long look under the catalog's lock.</summary>
    public const int MaximumLimit = 1000;

    public string Environment { get; init; } = "";

    public string Source { get; init; } = "";

    public string Pipeline { get; init; } = "";

    public RunStatus? Status { get; init; }

    /// <summary>Only runs that count from before this time: the next page.</summary>
    public long? BeforeMilliseconds { get; init; }

    public int Limit { get; init; } = 100;

    public bool Matches(PipelineKey key) =>
        (Environment.Length == 0 || Environment == key.Environment) && (Source.Length == 0 || Source == key.Source) && (Pipeline.Length == 0 || Pipeline == key.Pipeline);

    public bool Matches(RunState run) => (Status is null || Status == run.Status) && (BeforeMilliseconds is null || run.Order.Item1 < BeforeMilliseconds);
}

/// <summary>One run for its page.</summary>
/// <param name="Attempts">First to last.</param>
/// <param name="Facts">Of the last attempt.</param>
/// <param name="Previous">Other runs of the pipeline, newest first.</param>
internal sealed record RunDetail(IReadOnlyList<RunState> Attempts, RunFacts Facts, IReadOnlyList<RunState> Previous)
{
    /// <summary>What the page's small chart shows.</summary>
    public const int PreviousRuns = 30;
}
