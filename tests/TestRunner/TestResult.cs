using System.Collections.Immutable;

namespace Observability.TestRunner;

internal enum TestOutcome
{
    Passed,
    Failed,
    NotRun,
}

/// <summary>One test of a program. <see cref="Detail"/>: of a failed one its message, stack and output, of one that did not run the reason.</summary>
internal sealed record TestResult(string Name, TestOutcome Outcome, string Detail = "");

/// <summary>One test program's run; what keeps it from being judged by its tests (a crash, a hang) is itself a failed test.</summary>
internal sealed record ProjectRun(string Project, ImmutableArray<TestResult> Tests, double Seconds, int BudgetSeconds)
{
    public int Count(TestOutcome outcome) => Tests.Count(test => test.Outcome == outcome);
}
