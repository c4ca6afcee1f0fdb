using Observability.Telemetry;

namespace Observability.RuleEngine.Runs;

/// <summary>
/// Folds one report into what is known of a run. Each part of the state is a minimum, a maximum, an "or" or a <see cref="Latest{T}"/>: operations that
/// give the same result in any order and for any number of repeats.
/// </summary>
internal sealed class RunFold(RunOptions options)
{
    private readonly long _pageWithin = (long)options.PageWithin.TotalMilliseconds;

    /// <param name="known">Null for the first report of the run.</param>
    /// <param name="key">Of the run.</param>
    /// <param name="report">What came.</param>
    /// <param name="now">Engine time of the receipt, in milliseconds.</param>
    public RunState Fold(RunState? known, RunKey key, RunEvent report, long now)
    {
        var run = known ?? new RunState { Key = key, FirstSeenMilliseconds = now };
        var time = TimeOf(report, now);
        var tie = StableHash.Of(RunEventJson.Serialize(report with { Tasks = [], DeliveryId = "", Recovered = false }));
        var order = ReportOrder.Of(report.Status, time, tie);
        var receipt = new Receipt(CountsFrom(report, time, now), IsHistory(report, now), time, order);
        run = FoldCommon(run, report, order) with
        {
            FirstSeenMilliseconds = Math.Min(run.FirstSeenMilliseconds, now),
            HasClockSkew = run.HasClockSkew || (!report.Recovered && Math.Abs(time - now) > _pageWithin),
        };
        if (report.Task.Length > 0)
        {
            return TaskFold.Fold(run, [AsTask(report)], report.Url, receipt);
        }
        return TaskFold.Fold(FoldRun(run, report, receipt), report.Tasks, "", receipt);
    }

    /// <summary>
    /// A pushed report whose clock is far off counts from its receipt: it is news. A recovered one keeps its own time: it is history. No time lies ahead of the
    /// engine's clock, or it would be the newest run until that moment comes.
    /// </summary>
    private long CountsFrom(RunEvent report, long time, long now) =>
        !report.Recovered && Math.Abs(time - now) > _pageWithin ? now : Math.Min(time, now);

    /// <summary>Brought in by gap repair or a backfill, and too old to tell anybody.</summary>
    public bool IsHistory(RunEvent report, long now) => report.Recovered && now - TimeOf(report, now) > _pageWithin;

    private static long TimeOf(RunEvent report, long now) => report.EventTimeMilliseconds == 0 ? now : report.EventTimeMilliseconds;

    private static RunState FoldRun(RunState run, RunEvent report, Receipt receipt)
    {
        var order = receipt.Order;
        run = run with
        {
            Reported = run.Reported.With(order, report.Status),
            QueuedAtMilliseconds = Earlier(run.QueuedAtMilliseconds, report.QueuedAtMilliseconds),
            StartedAtMilliseconds = Earlier(run.StartedAtMilliseconds, report.StartedAtMilliseconds),
            FinishedAtMilliseconds = Later(run.FinishedAtMilliseconds, report.FinishedAtMilliseconds),
            Url = run.Url.WithText(order, report.Url, RunLimits.TextCharacters),
            Error = run.Error.WithText(order, report.Error, RunLimits.ErrorCharacters),
            Rows = run.Rows.WithKnown(order, report.Rows),
            FullRefresh = run.FullRefresh.WithKnown(order, report.FullRefresh),
            Tests = report.Tests is { } tests ? run.Tests.With(order, tests) : run.Tests,
        };
        return !report.Status.IsFinished() ? run : run with
        {
            CountsFromMilliseconds = Earlier(run.CountsFromMilliseconds, receipt.CountsFromMilliseconds),
            MayPage = run.MayPage || (report.Status.IsFailure() && !receipt.IsHistory),
        };
    }

    /// <summary>What a report about a task also says of its run.</summary>
    private static RunState FoldCommon(RunState run, RunEvent report, ReportOrder order) => run with
    {
        Commit = run.Commit.WithText(order, report.Commit, RunLimits.TextCharacters),
        PreviousCommit = run.PreviousCommit.WithText(order, report.PreviousCommit, RunLimits.TextCharacters),
        Branch = run.Branch.WithText(order, report.Branch, RunLimits.TextCharacters),
        Version = run.Version.WithText(order, report.Version, RunLimits.TextCharacters),
        Slot = run.Slot.WithText(order, report.Slot, RunLimits.TextCharacters),
        DeploymentId = run.DeploymentId.WithText(order, report.DeploymentId, RunLimits.TextCharacters),
        Actor = run.Actor.WithText(order, report.Actor, RunLimits.TextCharacters),
        Team = run.Team.WithText(order, report.Team, RunLimits.TextCharacters),
        Tier = run.Tier.WithText(order, report.Tier, RunLimits.TextCharacters),
        OwnerHint = report.OwnerHint.Length == 0 ? run.OwnerHint
            : run.OwnerHint.With(order, new OwnerHint(LatestText.Cut(report.OwnerHint, RunLimits.TextCharacters), report.OwnerHintOrigin)),
    };

    private static TaskResult AsTask(RunEvent report) => new(report.Task, report.Status, "", report.Error, report.StartedAtMilliseconds,
        report.FinishedAtMilliseconds ?? (report.Status.IsFinished() ? report.EventTimeMilliseconds : null), report.Rows);

    internal static long? Earlier(long? left, long? right) => left is { } l && right is { } r ? Math.Min(l, r) : left ?? right;

    internal static long? Later(long? left, long? right) => left is { } l && right is { } r ? Math.Max(l, r) : left ?? right;
}

/// <summary>How the engine takes one report.</summary>
/// <param name="CountsFromMilliseconds">Its place in time among other runs.</param>
/// <param name="IsHistory">Too old to page and not pushed.</param>
/// <param name="TimeMilliseconds">The sender's time of the report.</param>
/// <param name="Order">Its rank among the reports of the run.</param>
internal readonly record struct Receipt(long CountsFromMilliseconds, bool IsHistory, long TimeMilliseconds, ReportOrder Order);

/// <summary>The tasks' half of <see cref="RunFold"/>.</summary>
internal static class TaskFold
{
    public static RunState Fold(RunState run, IReadOnlyList<TaskResult> results, string url, Receipt receipt)
    {
        if (results.Count == 0)
        {
            return run;
        }
        var tasks = run.Tasks.ToDictionary(task => task.Name, StringComparer.Ordinal);
        var omitted = 0;
        foreach (var result in results)
        {
            var known = tasks.GetValueOrDefault(result.Name);
            var limit = result.Status.IsFailure() ? RunLimits.TasksPerRun * 2 : RunLimits.TasksPerRun;
            if (known is null && tasks.Count >= limit)
            {
                omitted++;
                continue;
            }
            tasks[result.Name] = Fold(known ?? new TaskState { Name = result.Name }, result, url, receipt);
        }
        var sorted = tasks.Values.ToArray();
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return run with { Tasks = sorted, OmittedTasks = Math.Max(run.OmittedTasks, omitted) };
    }

    private static TaskState Fold(TaskState task, TaskResult result, string url, Receipt receipt)
    {
        var tie = receipt.Order.Tie ^ StableHash.OfParts(result.Name, result.Status.ToLabel(), result.Error, result.Kind, $"{result.Rows}");
        var order = ReportOrder.Of(result.Status, result.FinishedAtMilliseconds ?? receipt.TimeMilliseconds, tie);
        task = task with
        {
            Reported = task.Reported.With(order, result.Status),
            Kind = task.Kind.WithText(order, result.Kind, RunLimits.TextCharacters),
            Error = task.Error.WithText(order, result.Error, RunLimits.ErrorCharacters),
            Url = task.Url.WithText(order, url, RunLimits.TextCharacters),
            Rows = task.Rows.WithKnown(order, result.Rows),
            StartedAtMilliseconds = RunFold.Earlier(task.StartedAtMilliseconds, result.StartedAtMilliseconds),
            FinishedAtMilliseconds = RunFold.Later(task.FinishedAtMilliseconds, result.FinishedAtMilliseconds),
        };
        return !result.Status.IsFinished() ? task : task with
        {
            CountsFromMilliseconds = RunFold.Earlier(task.CountsFromMilliseconds, receipt.CountsFromMilliseconds),
            MayPage = task.MayPage || (result.Status.IsFailure() && !receipt.IsHistory),
        };
    }
}
