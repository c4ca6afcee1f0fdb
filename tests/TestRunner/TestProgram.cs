using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Observability.TestKit;

namespace Observability.TestRunner;

/// <summary>One test project's built program.</summary>
internal sealed class TestProgram(string project, string configuration, int budgetSeconds, bool runsAll)
{
    /// <summary>Five budgets are no longer slowness but a hang; a minute at least, because small budgets are noise on a busy machine.</summary>
    private TimeSpan TimeLimit => TimeSpan.FromSeconds(Math.Max(60, 5 * budgetSeconds));

    public async Task<ProjectRun> RunAsync()
    {
        var program = RepositoryRoot.PathOf($"artifacts/bin/{project}/{configuration}/Observability.{project}");
        var resultFile = RepositoryRoot.PathOf($"artifacts/test-results/{project}.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(resultFile)!);
        File.Delete(resultFile);
        var started = Stopwatch.GetTimestamp();
        var (exitCode, trouble) = await RunAsync(program, resultFile);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var results = File.Exists(resultFile) ? XmlResults.TryParse(await File.ReadAllTextAsync(resultFile)) : null;
        return new ProjectRun(project, Judge(project, results, exitCode, trouble), seconds, budgetSeconds);
    }

    /// <summary>The tests of a run; with one failed test more when the run cannot be judged by them alone.</summary>
    internal static ImmutableArray<TestResult> Judge(string project, ImmutableArray<TestResult>? results, int? exitCode, string output)
    {
        var tests = results ?? [];
        var hasFailed = tests.Any(test => test.Outcome == TestOutcome.Failed);
        return (results, exitCode) switch
        {
            (_, null) => tests.Add(Failed(output)),
            (null, _) => tests.Add(Failed($"the program crashed (exit code {exitCode}); its last output:\n{output}")),
            ({ IsEmpty: true }, _) => tests.Add(Failed($"the program ran no test; its last output:\n{output}")),
            (_, not 0) when !hasFailed => tests.Add(Failed($"no test failed, but the program ended with {exitCode}; its last output:\n{output}")),
            _ => tests,
        };

        TestResult Failed(string detail) => new($"{project} (the program itself)", TestOutcome.Failed, detail);
    }

    /// <summary>The exit code and the last output; no exit code when the program could not be started or was killed as hung.</summary>
    private async Task<(int? ExitCode, string Output)> RunAsync(string program, string resultFile)
    {
        var start = new ProgramStart(program, "-xml", resultFile, "-noColor", "-noLogo")
            .With("OBS_TEST_ALL", runsAll ? "1" : null);
        try
        {
            await using var process = ChildProcess.Start(start);
            var ended = await process.WaitForExitAsync(TimeLimit);
            var output = string.Join('\n', process.Output.Lines.TakeLast(500));
            return ended
                ? (process.ExitCode, output)
                : (null, string.Create(CultureInfo.InvariantCulture, $"killed after {TimeLimit.TotalSeconds:0} s (5 times its budget, 60 s at least); its last output:\n{output}"));
        }
        catch (Win32Exception exception)
        {
            return (null, $"{program} cannot be run ({exception.Message}); is the project in Observability.sln?");
        }
    }
}
