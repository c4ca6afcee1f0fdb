using System.Collections.Immutable;

namespace Observability.TestRunner.Tests;

public sealed class JudgementTests
{
    private static readonly TestResult _passed = new("good", TestOutcome.Passed);
    private static readonly TestResult _failed = new("bad", TestOutcome.Failed, "1 is not 2");

    [Theory]
    [InlineData("needs elasticsearch: no folder", true, true)]
    [InlineData("needs npm registry: npm ci failed", true, true)]
    [InlineData("needs --all: 200 kills", true, true)]
    [InlineData("needs rabbitmq: not installed", true, false)]
    [InlineData("because", true, false)]
    [InlineData(" ", false, false)]
    public void A_reason_for_not_running_is_accepted_or_not(string reason, bool atHome, bool onContinuousIntegration)
    {
        var test = new TestResult("left out", TestOutcome.NotRun, reason);
        Assert.Equal(atHome, SkipRule.Judge(test, isContinuousIntegration: false).Outcome == TestOutcome.NotRun);
        Assert.Equal(onContinuousIntegration, SkipRule.Judge(test, isContinuousIntegration: true).Outcome == TestOutcome.NotRun);
    }

    [Fact]
    public void Other_outcomes_are_left_alone()
    {
        Assert.Same(_passed, SkipRule.Judge(_passed, isContinuousIntegration: true));
        Assert.Same(_failed, SkipRule.Judge(_failed, isContinuousIntegration: true));
    }

    [Fact]
    public void A_program_is_judged_by_its_tests_when_it_could_report_them()
    {
        Assert.Equal([_passed], TestProgram.Judge("P", [_passed], 0, ""));
        Assert.Equal([_passed, _failed], TestProgram.Judge("P", [_passed, _failed], 1, ""));
    }

    [Fact]
    public void A_crash_a_hang_no_test_and_an_unexplained_exit_code_are_failures()
    {
        AssertFailedItself(TestProgram.Judge("P", null, 134, "Segmentation fault"), "Segmentation fault");
        AssertFailedItself(TestProgram.Judge("P", [_passed], null, "killed after 60 s"), "killed after 60 s");
        AssertFailedItself(TestProgram.Judge("P", [], 0, ""), "ran no test");
        AssertFailedItself(TestProgram.Judge("P", [_passed], 3, ""), "ended with 3");
    }

    [Fact]
    public async Task A_program_that_was_not_built_is_a_failure_that_says_where_to_look()
    {
        var run = await new TestProgram("Nowhere.Tests", "release", budgetSeconds: 1, runsAll: false).RunAsync();
        AssertFailedItself(run.Tests, "Observability.sln");
    }

    private static void AssertFailedItself(ImmutableArray<TestResult> tests, string detail)
    {
        Assert.Equal(TestOutcome.Failed, tests[^1].Outcome);
        Assert.Contains(detail, tests[^1].Detail, StringComparison.Ordinal);
    }
}
