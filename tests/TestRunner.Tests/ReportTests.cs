namespace Observability.TestRunner.Tests;

public sealed class ReportTests
{
    private static readonly TestResult _passed = new("good", TestOutcome.Passed);
    private static readonly TestResult _failed = new("bad", TestOutcome.Failed, "1 is not 2");
    private static readonly TestResult _notRun = new("left out", TestOutcome.NotRun, "needs elasticsearch: no folder");

    [Fact]
    public void The_last_line_counts_and_names_the_skipped_only_when_there_are_some()
    {
        Assert.Equal("1 passed, 0 failed", LastLine(new ProjectRun("P", [_passed], 1, 10)));
        Assert.Equal("2 passed, 1 failed, 1 skipped", LastLine(new ProjectRun("P", [_passed, _failed], 1, 10), new ProjectRun("Q", [_passed, _notRun], 1, 10)));
        Assert.Equal("0 passed, 0 failed", LastLine());
    }

    [Fact]
    public void Success_takes_one_passed_test_and_no_failed_one()
    {
        Assert.True(Report.IsSuccess([new ProjectRun("P", [_passed, _notRun], 1, 10)]));
        Assert.False(Report.IsSuccess([new ProjectRun("P", [_passed, _failed], 1, 10)]));
        Assert.False(Report.IsSuccess([new ProjectRun("P", [_notRun], 1, 10)]));
        Assert.False(Report.IsSuccess([]));
    }

    [Fact]
    public void Reasons_and_times_over_the_budget_are_shown()
    {
        var summary = Report.Summary([new ProjectRun("Slow.Tests", [_passed, _notRun], Seconds: 12.3, BudgetSeconds: 10)]);
        Assert.Contains("not run, needs elasticsearch: no folder", summary, StringComparison.Ordinal);
        Assert.Contains("    left out", summary, StringComparison.Ordinal);
        Assert.Contains("12.3      10  over budget", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_is_shown_with_its_message_and_a_long_one_is_cut()
    {
        var huge = new TestResult("huge", TestOutcome.Failed, string.Join('\n', Enumerable.Range(0, 100)));
        var text = Report.Failures(new ProjectRun("P", [_passed, _failed, huge], 1, 10));
        Assert.Contains("FAILED bad\n    1 is not 2\n", text, StringComparison.Ordinal);
        Assert.Contains("40 more lines", text, StringComparison.Ordinal);
        Assert.DoesNotContain("good", text, StringComparison.Ordinal);
    }

    private static string LastLine(params ProjectRun[] runs) => Report.Summary(runs).TrimEnd('\n').Split('\n')[^1];
}
