using System.Globalization;
using System.Text;

namespace Observability.TestRunner;

/// <summary>What is printed; the last line is <c>N passed, N failed</c> or <c>N passed, N failed, N skipped</c>.</summary>
internal static class Report
{
    /// <summary>A failure's text is cut in the middle: a test that prints a whole document must not push the others off the screen.</summary>
    private const int LinesAtEachEnd = 30;

    public static bool IsSuccess(IReadOnlyCollection<ProjectRun> runs) =>
        Total(runs, TestOutcome.Failed) == 0 && Total(runs, TestOutcome.Passed) > 0;

    /// <summary>The failed tests of one program with their messages; empty when there is none.</summary>
    public static string Failures(ProjectRun run)
    {
        var text = new StringBuilder();
        foreach (var test in run.Tests.Where(test => test.Outcome == TestOutcome.Failed))
        {
            text.Append("FAILED ").AppendLine(test.Name);
            foreach (var line in Shortened(test.Detail.Split('\n')))
            {
                text.Append("    ").AppendLine(line.TrimEnd());
            }
        }
        return text.ToString();
    }

    public static string Summary(IReadOnlyCollection<ProjectRun> runs)
    {
        var text = new StringBuilder();
        AppendTable(text, runs);
        AppendNotRun(text, runs);
        var skipped = Total(runs, TestOutcome.NotRun);
        text.AppendLine(CultureInfo.InvariantCulture, $"{Total(runs, TestOutcome.Passed)} passed, {Total(runs, TestOutcome.Failed)} failed{(skipped > 0 ? $", {skipped} skipped" : "")}");
        return text.ToString();
    }

    private static IEnumerable<string> Shortened(string[] lines) =>
        lines.Length <= 2 * LinesAtEachEnd
            ? lines
            : [
                .. lines[..LinesAtEachEnd],
                string.Create(CultureInfo.InvariantCulture, $"... {lines.Length - (2 * LinesAtEachEnd)} more lines ..."),
                .. lines[^LinesAtEachEnd..],
            ];

    private static int Total(IEnumerable<ProjectRun> runs, TestOutcome outcome) => runs.Sum(run => run.Count(outcome));

    private static void AppendTable(StringBuilder text, IReadOnlyCollection<ProjectRun> runs)
    {
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"project",-28} {"passed",7} {"failed",7} {"not run",8} {"seconds",8} {"budget",7}");
        foreach (var run in runs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{run.Project,-28} {run.Count(TestOutcome.Passed),7} {run.Count(TestOutcome.Failed),7} {run.Count(TestOutcome.NotRun),8} ");
            text.Append(CultureInfo.InvariantCulture, $"{run.Seconds,8:0.0} {run.BudgetSeconds,7}");
            text.AppendLine(run.Seconds > run.BudgetSeconds ? "  over budget" : "");
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"{"",-28} {"",7} {"",7} {"",8} {runs.Sum(run => run.Seconds),8:0.0} {runs.Sum(run => run.BudgetSeconds),7}");
        text.AppendLine();
    }

    private static void AppendNotRun(StringBuilder text, IEnumerable<ProjectRun> runs)
    {
        var byReason = runs.SelectMany(run => run.Tests).Where(test => test.Outcome == TestOutcome.NotRun).GroupBy(test => test.Detail).ToList();
        foreach (var reason in byReason)
        {
            text.Append("not run, ").AppendLine(reason.Key);
            foreach (var test in reason)
            {
                text.Append("    ").AppendLine(test.Name);
            }
        }
        if (byReason.Count > 0)
        {
            text.AppendLine();
        }
    }
}
