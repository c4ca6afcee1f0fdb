using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Runs;

public sealed class RunFactsTests
{
    private const long Now = Reports.Now;
    private const long Minute = Reports.Minute;

    private readonly RunCatalog _catalog = new(new RunOptions());

    [Fact]
    public void Facts_tell_of_the_failed_run_its_first_failed_task_and_what_was_usual()
    {
        for (var i = 1; i <= 5; i++)
        {
            _catalog.Take(Reports.Of($"{i}", RunStatus.Succeeded, Now - ((10 - i) * Minute)) with { StartedAtMilliseconds = Now - ((10 - i) * Minute) - (i * 1_000) });
        }
        _catalog.Take(Reports.Of("6", RunStatus.Failed, Now, attempt: 2) with
        {
            StartedAtMilliseconds = Now - 42_000, Rows = 12, Commit = "abc123", Url = "https://ci.example/6", OwnerHint = "@ana", OwnerHintOrigin = "meta.owner",
            Tasks = [new TaskResult("b", RunStatus.Failed, "model", "second", null, Now - 1_000), new TaskResult("a", RunStatus.Failed, "model", "column does not exist", null, Now - 2_000), new TaskResult("c", RunStatus.Skipped)],
        });
        _catalog.Take(Reports.Of("7", RunStatus.Running, Now + 1_000), Now + 1_000);

        var facts = _catalog.FactsFor(Reports.Alert())!;

        Assert.Equal(("6", 2, "a", 2, "column does not exist"), (facts.RunId, facts.Attempt, facts.FailedTask, facts.FailedTaskCount, facts.Error));
        Assert.Equal((42.0, 3.0, 12L, "abc123", "https://ci.example/6"), (facts.DurationSeconds, facts.UsualDurationSeconds, facts.Rows, facts.Commit, facts.Url));
        Assert.Equal(("@ana", "meta.owner"), (facts.OwnerHint, facts.OwnerHintOrigin));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(Now - (5 * Minute)), facts.LastGoodAt);
        Assert.Equal("second", _catalog.FactsFor(Reports.Alert("b"))!.Error);
    }

    [Fact]
    public void A_task_alert_is_about_the_run_in_which_the_task_failed_also_when_later_runs_left_it_out()
    {
        _catalog.Take(Reports.Of("1", RunStatus.Failed, Now) with { Tasks = [new TaskResult("a", RunStatus.Failed, "test", "3 rows")] });
        _catalog.Take(Reports.Of("2", RunStatus.Succeeded, Now + Minute), Now + Minute);
        Assert.Equal(("1", "a", "3 rows"), (_catalog.FactsFor(Reports.Alert("a"))!.RunId, _catalog.FactsFor(Reports.Alert("a"))!.FailedTask, _catalog.FactsFor(Reports.Alert("a"))!.Error));
        Assert.Equal("2", _catalog.FactsFor(Reports.Alert())!.RunId);
    }

    [Fact]
    public void Occurrences_count_failures_since_it_last_was_good()
    {
        _catalog.Take(Reports.Of("1", RunStatus.Failed, Now));
        _catalog.Take(Reports.Of("2", RunStatus.Succeeded, Now + Minute), Now + Minute);
        Assert.Equal(0, _catalog.OccurrencesFor(Reports.Alert()));
        _catalog.Take(Reports.Of("3", RunStatus.Failed, Now + (2 * Minute)), Now + (2 * Minute));
        _catalog.Take(Reports.Of("3", RunStatus.TimedOut, Now + (3 * Minute), attempt: 2), Now + (3 * Minute));
        Assert.Equal(2, _catalog.OccurrencesFor(Reports.Alert()));
    }

    [Fact]
    public void Below_five_good_runs_nothing_is_usual_and_an_unknown_pipeline_has_no_facts()
    {
        for (var i = 1; i <= 4; i++)
        {
            _catalog.Take(Reports.Of($"{i}", RunStatus.Succeeded, Now) with { StartedAtMilliseconds = Now - 1_000 });
        }
        Assert.Null(_catalog.FactsFor(Reports.Alert())!.UsualDurationSeconds);
        Assert.Null(_catalog.FactsFor(LabelSet.Of(("pipeline", "unheard of"))));
        Assert.Null(_catalog.FactsFor(LabelSet.Of(("pipeline", "orders"), ("environment", "dev"))));
        Assert.NotNull(_catalog.FactsFor(LabelSet.Of(("pipeline", "orders"))));
    }

    [Fact]
    public void A_long_error_is_cut_and_a_run_without_an_id_is_one_run_by_its_start()
    {
        var started = Reports.Of("", RunStatus.Running, Now) with { StartedAtMilliseconds = Now };
        _catalog.Take(started);
        _catalog.Take(Reports.Of("", RunStatus.Failed, Now + Minute, new string('x', 10_000)) with { StartedAtMilliseconds = Now }, Now + Minute);
        var run = Assert.Single(_catalog.List(new RunFilter()).Runs);
        Assert.Equal("at-20261121T120000.000Z", run.Key.RunId);
        Assert.Equal(RunLimits.ErrorCharacters, _catalog.FactsFor(Reports.Alert())!.Error.Length);
    }

    [Fact]
    public void A_catalog_that_was_stored_and_read_again_says_and_writes_the_same()
    {
        _catalog.Take(Reports.Of("1", RunStatus.Failed, Now) with { Team = "core", Tier = "critical", Tests = new TestCounts(1, 2), Tasks = [new TaskResult("a", RunStatus.Failed)] });
        using var file = new MemoryStream();
        _catalog.Capture().WriteTo(file);
        file.Position = 0;
        var restored = new RunCatalog(new RunOptions());
        restored.Restore(RunCatalogImage.ReadFrom(file));
        Assert.Equal(_catalog.FactsFor(Reports.Alert("a")), restored.FactsFor(Reports.Alert("a")));
        Assert.Equal(Reports.Values(_catalog.Tick(Now + Minute)), Reports.Values(restored.Tick(Now + Minute)));
    }
}
