using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>What the runs of a pipeline say now, as series values: a function of the runs alone, whatever order they came in.</summary>
internal static class PipelineSeries
{
    /// <summary>Values that the runs determine. Each comes from the newest run that says something about it; one that no run speaks of is left out.</summary>
    public static IEnumerable<(SeriesName Name, double Value)> Of(RunKind kind, IReadOnlyCollection<RunState> runs, long now) =>
        kind == RunKind.Deployment ? OfDeployments(runs) : OfPipeline(runs, now);

    /// <summary>The newest run that says whether the pipeline works. A failure that came too late to page anybody does not: it is history.</summary>
    public static RunState? LastVerdict(IReadOnlyCollection<RunState> runs) => Newest(runs, static run => run.IsVerdict && (!run.Status.IsFailure() || run.MayPage));

    public static RunState? LastGood(IReadOnlyCollection<RunState> runs) => Newest(runs, static run => run.Status == RunStatus.Succeeded);

    public static RunState? Newest(IReadOnlyCollection<RunState> runs, Func<RunState, bool> matches)
    {
        RunState? newest = null;
        foreach (var run in runs)
        {
            if (matches(run) && (newest is null || RunState.CompareOrder(run, newest) > 0))
            {
                newest = run;
            }
        }
        return newest;
    }

    private static IEnumerable<(SeriesName, double)> OfDeployments(IReadOnlyCollection<RunState> runs)
    {
        if (LastVerdict(runs) is { } last)
        {
            yield return (SeriesName.Of(RunMetrics.DeploymentLastFailed), last.Status.IsFailure() ? 1 : 0);
        }
    }

    private static IEnumerable<(SeriesName, double)> OfPipeline(IReadOnlyCollection<RunState> runs, long now)
    {
        if (LastVerdict(runs) is { } verdict)
        {
            yield return (SeriesName.Of(RunMetrics.LastRunFailed), verdict.Status.IsFailure() ? 1 : 0);
        }
        if (Newest(runs, static run => run.IsVerdict) is { } last)
        {
            yield return (SeriesName.Of(RunMetrics.LastRunTimestamp), EndedAtSeconds(last, now));
        }
        if (LastGood(runs) is { } good)
        {
            yield return (SeriesName.Of(RunMetrics.LastSuccessTimestamp), EndedAtSeconds(good, now));
        }
        if (Newest(runs, static run => run.IsVerdict && run.DurationSeconds is not null) is { DurationSeconds: { } duration })
        {
            yield return (SeriesName.Of(RunMetrics.LastRunDuration), duration);
        }
        if (Newest(runs, static run => run.QueueSeconds is not null) is { QueueSeconds: { } queued })
        {
            yield return (SeriesName.Of(RunMetrics.LastRunQueue), queued);
        }
        if (Newest(runs, static run => run.IsFinished && run.Rows.Value is not null) is { Rows.Value: { } rows })
        {
            yield return (SeriesName.Of(RunMetrics.LastRunRows), rows);
        }
        if (Newest(runs, static run => run.IsFinished && run.Tests.Value is not null) is { Tests.Value: { } tests })
        {
            yield return (SeriesName.Result(RunMetrics.Tests, "passed"), tests.Passed);
            yield return (SeriesName.Result(RunMetrics.Tests, "failed"), tests.Failed);
            yield return (SeriesName.Result(RunMetrics.Tests, "warned"), tests.Warned);
            yield return (SeriesName.Result(RunMetrics.Tests, "skipped"), tests.Skipped);
            yield return (SeriesName.Result(RunMetrics.Tests, "errored"), tests.Errored);
        }
    }

    /// <summary>The sender's time, but never ahead of the engine's clock: ages must not be negative.</summary>
    private static double EndedAtSeconds(RunState run, long now)
    {
        var endedAt = run.FinishedAtMilliseconds ?? run.Reported.Order.TimeMilliseconds;
        return Math.Min(endedAt, now) / 1000.0;
    }
}
