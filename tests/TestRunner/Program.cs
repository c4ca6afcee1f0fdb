using Observability.TestKit;
using Observability.TestRunner;

// Called by ./test after the build: runs the test programs one after another and prints what they did.
var filters = args.Where(argument => !argument.StartsWith('-')).ToArray();
var runsAll = args.Contains("--all");
var isContinuousIntegration = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

var budgets = Budgets.Parse(File.ReadAllText(RepositoryRoot.PathOf("tests/budgets.txt")));
var projects = TestProjects.InOrder(TestProjects.OnDisk(), filters);
var runs = new List<ProjectRun>();
foreach (var project in projects)
{
    var budget = budgets.SecondsOf(project, runsAll);
    Console.WriteLine($"{project} ...");
    var run = await new TestProgram(project, configuration, budget, runsAll).RunAsync();
    foreach (var killed in ProcessRegister.Sweep(Environment.GetEnvironmentVariable("OBS_TEST_PROCESSES") ?? ""))
    {
        Console.WriteLine($"ended a process that {project} left behind: {killed}");
    }
    runs.Add(run with { Tests = [.. run.Tests.Select(test => SkipRule.Judge(test, isContinuousIntegration))] });
    Console.Write(Report.Failures(runs[^1]));
}
if (projects.Count == 0)
{
    Console.WriteLine($"No test project matches: {string.Join(' ', filters)}");
}
Console.Write(Report.Summary(runs));
return Report.IsSuccess(runs) ? 0 : 1;
