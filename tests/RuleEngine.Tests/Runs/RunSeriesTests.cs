using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Runs;

public sealed class RunSeriesTests
{
    private const long Now = Reports.Now;
    private const long Minute = Reports.Minute;

    private readonly RunCatalog _catalog = new(new RunOptions());

    [Fact]
    public void A_success_closes_what_the_failure_opened()
    {
        var failed = _catalog.Take(Reports.Of("1", RunStatus.Failed, Now));
        Assert.Equal(1, Reports.ValueOf(failed.Samples, RunMetrics.LastRunFailed, ("environment", "prod"), ("source", "dbt"), ("pipeline", "orders")));
        var good = _catalog.Take(Reports.Of("2", RunStatus.Succeeded, Now + Minute), Now + Minute);
        Assert.Equal(0, Reports.ValueOf(good.Samples, RunMetrics.LastRunFailed));
    }

    [Theory]
    [InlineData(RunStatus.Cancelled)]
    [InlineData(RunStatus.Skipped)]
    [InlineData(RunStatus.Running)]
    public void A_run_that_gives_no_verdict_leaves_the_failure_standing(RunStatus status)
    {
        _catalog.Take(Reports.Of("1", RunStatus.Failed, Now));
        var next = _catalog.Take(Reports.Of("2", status, Now + Minute), Now + Minute);
        Assert.Equal(1, Reports.ValueOf(next.Samples, RunMetrics.LastRunFailed));
    }

    [Fact]
    public void A_counter_starts_with_a_zero_just_before_its_first_increment()
    {
        var samples = _catalog.Take(Reports.Of("1", RunStatus.Failed, Now)).Samples.Counters;
        Assert.Equal([(Now - 1, 0.0), (Now, 1.0)], samples.Select(sample => (sample.TimestampMilliseconds, sample.Value)));
        var second = _catalog.Take(Reports.Of("2", RunStatus.Failed, Now + Minute), Now + Minute).Samples.Counters;
        Assert.Equal([(Now + Minute, 2.0)], second.Select(sample => (sample.TimestampMilliseconds, sample.Value)));
    }

    [Fact]
    public void Stamps_are_the_engine_clock_and_event_time_is_capped_at_it()
    {
        var samples = _catalog.Take(Reports.Of("1", RunStatus.Succeeded, Now + (2 * Minute))).Samples.Gauges;
        Assert.All(samples, sample => Assert.Equal(Now, sample.TimestampMilliseconds));
        Assert.Contains(samples, sample => sample.Labels[LabelSet.MetricName] == RunMetrics.LastSuccessTimestamp && sample.Value == Now / 1000.0);
    }

    [Fact]
    public void A_pushed_report_years_old_counts_from_its_receipt_and_is_marked()
    {
        _catalog.Take(Reports.Of("1", RunStatus.Succeeded, Now - Minute));
        var old = _catalog.Take(Reports.Of("recorded", RunStatus.Failed, Now - (20_000 * Reports.Hour)));
        Assert.Equal(1, Reports.ValueOf(old.Samples, RunMetrics.LastRunFailed));
        Assert.Equal((Now - (20_000 * Reports.Hour)) / 1000.0, Reports.ValueOf(old.Samples, RunMetrics.LastRunTimestamp));
        Assert.True(_catalog.FactsFor(Reports.Alert())!.ClockSkew);
        var good = _catalog.Take(Reports.Of("recorded too", RunStatus.Succeeded, Now - (20_001 * Reports.Hour)), Now + Minute);
        Assert.Equal(0, Reports.ValueOf(good.Samples, RunMetrics.LastRunFailed));
    }

    [Fact]
    public void A_recovered_failure_older_than_the_paging_window_is_history_and_a_younger_one_is_not()
    {
        _catalog.Take(Reports.Of("1", RunStatus.Succeeded, Now - (9 * Reports.Hour)), Now - (9 * Reports.Hour));
        var old = _catalog.Take(Reports.Of("2", RunStatus.Failed, Now - (7 * Reports.Hour)) with { Recovered = true });
        Assert.Equal(0, Reports.ValueOf(old.Samples, RunMetrics.LastRunFailed));
        Assert.Null(Reports.ValueOf(old.Samples, RunMetrics.RunsTotal, ("result", "failed")));
        Assert.Equal((Now - (7 * Reports.Hour)) / 1000.0, Reports.ValueOf(old.Samples, RunMetrics.LastRunTimestamp));
        var young = _catalog.Take(Reports.Of("3", RunStatus.Failed, Now - (5 * Reports.Hour)) with { Recovered = true });
        Assert.Equal(1, Reports.ValueOf(young.Samples, RunMetrics.LastRunFailed));
    }

    [Fact]
    public void A_task_has_a_series_once_it_has_failed_and_it_is_zero_after_a_success()
    {
        var report = Reports.Of("1", RunStatus.Failed, Now) with { Tasks = [new TaskResult("fct_orders", RunStatus.Failed), new TaskResult("stg_orders", RunStatus.Succeeded), new TaskResult("mart", RunStatus.Skipped)] };
        var failed = _catalog.Take(report).Samples;
        Assert.Equal(["fct_orders"], failed.Gauges.Where(sample => sample.Labels[LabelSet.MetricName] == RunMetrics.TaskLastRunFailed).Select(sample => sample.Labels["task"]));
        var good = _catalog.Take(Reports.Of("2", RunStatus.Succeeded, Now + Minute) with { Tasks = [new TaskResult("fct_orders", RunStatus.Succeeded)] }, Now + Minute);
        Assert.Equal(0, Reports.ValueOf(good.Samples, RunMetrics.TaskLastRunFailed, ("task", "fct_orders")));
    }

    [Fact]
    public void Durations_queue_rows_and_tests_become_series()
    {
        var report = Reports.Of("1", RunStatus.Succeeded, Now) with
        {
            QueuedAtMilliseconds = Now - 90_000, StartedAtMilliseconds = Now - 60_000, Rows = 5_000_000_000, Tests = new TestCounts(10, 2, 1),
        };
        var samples = _catalog.Take(report).Samples;
        Assert.Equal(60, Reports.ValueOf(samples, RunMetrics.LastRunDuration));
        Assert.Equal(30, Reports.ValueOf(samples, RunMetrics.LastRunQueue));
        Assert.Equal(5_000_000_000, Reports.ValueOf(samples, RunMetrics.LastRunRows));
        Assert.Equal(2, Reports.ValueOf(samples, RunMetrics.Tests, ("result", "failed")));
    }

    [Fact]
    public void Deployments_have_series_of_their_own()
    {
        var samples = _catalog.Take(Reports.Of("d1", RunStatus.Failed, Now) with { Kind = RunKind.Deployment, Tasks = [new TaskResult("fct_orders", RunStatus.Failed)] }).Samples;
        Assert.Equal(1, Reports.ValueOf(samples, RunMetrics.DeploymentLastFailed));
        Assert.Equal(1, Reports.ValueOf(samples, RunMetrics.DeploymentsTotal, ("result", "failed")));
        Assert.Null(Reports.ValueOf(samples, RunMetrics.LastRunFailed));
        Assert.Null(Reports.ValueOf(samples, RunMetrics.TaskLastRunFailed));
    }

    [Fact]
    public void A_changed_team_ends_the_old_series_at_once()
    {
        _catalog.Take(Reports.Of("1", RunStatus.Failed, Now) with { Team = "core" });
        var samples = _catalog.Take(Reports.Of("2", RunStatus.Failed, Now + Minute) with { Team = "finance" }, Now + Minute).Samples;
        var written = samples.Gauges.Where(sample => sample.Labels[LabelSet.MetricName] == RunMetrics.LastRunFailed).ToList();
        Assert.Contains(written, sample => sample.Labels["team"] == "core" && StalenessMarker.IsStale(sample.Value));
        Assert.Contains(written, sample => sample.Labels["team"] == "finance" && sample.Value == 1);
    }

    [Fact]
    public void Each_minute_every_live_series_is_written_and_after_thirty_silent_days_it_ends()
    {
        _catalog.Take(Reports.Of("1", RunStatus.Failed, Now));
        Assert.Equal(1, Reports.ValueOf(_catalog.Tick(Now + Minute), RunMetrics.LastRunFailed));
        var ended = _catalog.Tick(Now + (31 * 24 * Reports.Hour));
        Assert.All(ended.Gauges.Concat(ended.Counters), sample => Assert.True(StalenessMarker.IsStale(sample.Value)));
        Assert.Equal(3, ended.Gauges.Count + ended.Counters.Count);
        Assert.Empty(_catalog.Tick(Now + (32 * 24 * Reports.Hour)).Gauges);
        var again = _catalog.Take(Reports.Of("2", RunStatus.Failed, Now + (33 * 24 * Reports.Hour)), Now + (33 * 24 * Reports.Hour)).Samples;
        Assert.Equal(2, Reports.ValueOf(again, RunMetrics.RunsTotal, ("result", "failed")));
    }

    [Fact]
    public void Only_so_many_runs_are_kept_and_an_older_one_is_refused_instead_of_counted_again()
    {
        var catalog = new RunCatalog(new RunOptions { RunsPerPipeline = 30 });
        for (var i = 0; i < 40; i++)
        {
            catalog.Take(Reports.Of($"{i}", RunStatus.Succeeded, Now + (i * Minute)), Now + (i * Minute));
        }
        Assert.Equal(30, catalog.List(new RunFilter { Limit = 100 }).Runs.Count);
        Assert.Equal(1, catalog.Take(Reports.Of("0", RunStatus.Succeeded, Now), Now + (40 * Minute)).Refused);
        var last = catalog.Take(Reports.Of("40", RunStatus.Succeeded, Now + (40 * Minute)), Now + (40 * Minute));
        Assert.Equal(41, Reports.ValueOf(last.Samples, RunMetrics.RunsTotal, ("result", "succeeded")));
    }
}
