using Observability.Contracts;
using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>Chooses the run behind an alert and says about it what a notice shows.</summary>
internal static class RunFactsReader
{
    /// <param name="pipelines">Those that the alert's labels can mean; a failing one is preferred.</param>
    /// <param name="task">The alert's task, or empty.</param>
    public static RunFacts? Read(IEnumerable<PipelineState> pipelines, string task)
    {
        (PipelineState Pipeline, RunState Run, bool Fails)? best = null;
        foreach (var pipeline in pipelines)
        {
            if (RunOf(pipeline, task) is not { } run)
            {
                continue;
            }
            var fails = run.Status.IsFailure() || (task.Length > 0 && run.FindTask(task)?.Status.IsFailure() == true);
            if (best is not { } so || (fails && !so.Fails) || (fails == so.Fails && RunState.CompareOrder(run, so.Run) > 0))
            {
                best = (pipeline, run, fails);
            }
        }
        return best is { } found ? FactsOf(found.Pipeline, found.Run, task) : null;
    }

    public static RunFacts FactsOf(PipelineState pipeline, RunState run, string task)
    {
        var failed = run.Tasks.Where(one => one.Status.IsFailure()).OrderBy(one => one.FinishedAtMilliseconds ?? long.MaxValue).ToList();
        var named = task.Length > 0 ? run.FindTask(task) : null;
        var shown = named ?? failed.FirstOrDefault();
        return new RunFacts
        {
            Source = run.Key.Pipeline.Source,
            Pipeline = run.Key.Pipeline.Pipeline,
            RunId = run.Key.RunId,
            Attempt = run.Key.Attempt,
            FailedTask = shown is { } failing && failing.Status.IsFailure() ? failing.Name : "",
            FailedTaskCount = failed.Count,
            Error = ErrorOf(run, shown, isAboutTask: named is not null),
            Url = named?.Url.Value is { Length: > 0 } taskUrl ? taskUrl : run.Url.Value ?? "",
            Commit = run.Commit.Value ?? "",
            StartedAt = AsTime(run.StartedAtMilliseconds),
            FinishedAt = AsTime(run.FinishedAtMilliseconds),
            DurationSeconds = run.DurationSeconds,
            UsualDurationSeconds = UsualDuration(pipeline.Runs),
            Rows = run.Rows.Value,
            LastGoodAt = PipelineSeries.LastGood(pipeline.Runs) is { } good ? AsTime(good.FinishedAtMilliseconds ?? good.Reported.Order.TimeMilliseconds) : null,
            OwnerHint = run.OwnerHint.Value.Name ?? "",
            OwnerHintOrigin = run.OwnerHint.Value.Origin ?? "",
            ClockSkew = run.HasClockSkew,
        };
    }

    public static int FailuresSinceGood(PipelineState pipeline)
    {
        var good = PipelineSeries.LastGood(pipeline.Runs);
        return pipeline.Runs.Count(run => run.IsFinished && run.Status.IsFailure() && run.MayPage && (good is null || RunState.CompareOrder(run, good) > 0));
    }

    /// <summary>Median of the newest good runs; null when there are too few to call anything usual.</summary>
    public static double? UsualDuration(IReadOnlyCollection<RunState> runs)
    {
        var durations = runs.Where(run => run.Status == RunStatus.Succeeded && run.DurationSeconds is not null)
            .OrderDescending(Comparer<RunState>.Create(RunState.CompareOrder)).Take(RunLimits.UsualDurationRuns)
            .Select(run => run.DurationSeconds!.Value).Order().ToList();
        var middle = durations.Count / 2;
        return durations.Count < RunLimits.UsualDurationAtLeast ? null
            : durations.Count % 2 == 1 ? durations[middle] : (durations[middle - 1] + durations[middle]) / 2;
    }

    /// <summary>The failed run while the pipeline counts as failed, else the newest finished one, else whatever there is.</summary>
    private static RunState? RunOf(PipelineState pipeline, string task)
    {
        if (task.Length > 0 && pipeline.Values.GetValueOrDefault(SeriesName.Task(task)) > 0
            && PipelineSeries.Newest(pipeline.Runs, run => run.FindTask(task) is { IsPagingFailure: true }) is { } failedTask)
        {
            return failedTask;
        }
        var verdict = PipelineSeries.LastVerdict(pipeline.Runs);
        return verdict?.Status.IsFailure() == true ? verdict
            : PipelineSeries.Newest(pipeline.Runs, static run => run.IsVerdict) ?? PipelineSeries.Newest(pipeline.Runs, static _ => true);
    }

    private static string ErrorOf(RunState run, TaskState? task, bool isAboutTask)
    {
        var ofTask = task is not null && task.Status.IsFailure() ? task.Error.Value ?? "" : "";
        var ofRun = run.Status.IsFailure() ? run.Error.Value ?? "" : "";
        return isAboutTask || ofRun.Length == 0 ? ofTask : ofRun;
    }

    private static DateTimeOffset? AsTime(long? milliseconds) => milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}
