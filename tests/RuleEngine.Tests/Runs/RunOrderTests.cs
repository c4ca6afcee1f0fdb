using FsCheck;
using FsCheck.Fluent;
using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Runs;

/// <summary>Order and number of reports do not matter: the catalog and its series end the same.</summary>
public sealed class RunOrderTests
{
    private const long Now = Reports.Now;

    [Fact]
    public void Shuffled_and_repeated_reports_end_in_the_same_catalog_and_the_same_series() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var reports = Enumerable.Range(0, random.Next(1, 25)).Select(_ => RandomReport(random)).ToList();
            var shuffled = reports.Concat(reports.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next()).ToList();
            Assert.Equal(Fold(reports), Fold(shuffled));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));

    [Fact]
    public void A_repeat_that_comes_later_does_not_make_a_run_the_newest_again()
    {
        var catalog = new RunCatalog(new RunOptions());
        var old = Reports.Of("1", RunStatus.Failed, Now - (1_000 * Reports.Hour));
        catalog.Take(old, Now);
        catalog.Take(Reports.Of("2", RunStatus.Succeeded, Now - (2_000 * Reports.Hour)), Now + Reports.Minute);
        var repeated = catalog.Take(old, Now + Reports.Hour);
        Assert.Equal(0, Reports.ValueOf(repeated.Samples, RunMetrics.LastRunFailed));
        Assert.Equal(1, Reports.ValueOf(repeated.Samples, RunMetrics.RunsTotal, ("result", "failed")));
    }

    private static string Fold(List<RunEvent> reports)
    {
        var catalog = new RunCatalog(new RunOptions());
        var written = reports.Select(report => catalog.Apply([report], "prod", Now).Samples).ToList();
        // Written again as a whole: a label that came late ends the series that were written without it.
        written.Add(catalog.Tick(Now + 1));
        using var image = new MemoryStream();
        var pipelines = catalog.Capture().Pipelines.OrderBy(pipeline => pipeline.Key.ToString(), StringComparer.Ordinal).ToList();
        new RunCatalogImage(pipelines).WriteTo(image);
        return System.Text.Encoding.UTF8.GetString(image.ToArray()) + string.Join('\n', Reports.Values(written).Select(pair => $"{pair.Key} {pair.Value}"));
    }

    private static RunEvent RandomReport(Random random)
    {
        var status = (RunStatus)random.Next(1, 9);
        var isTask = random.Next(4) == 0;
        // Some a little old, some older than the paging window, a few from the future: within the hour the senders' times decide.
        var at = Now - (random.Next(10) switch { 0 => 30 * Reports.Hour, 1 => -Reports.Minute, _ => random.Next(20) * Reports.Minute });
        return new RunEvent
        {
            Kind = random.Next(6) == 0 ? RunKind.Deployment : RunKind.Pipeline,
            Source = "dbt",
            Pipeline = random.Next(5) == 0 ? "stock" : "orders",
            RunId = $"{random.Next(4)}",
            Attempt = random.Next(1, 3),
            Status = status,
            Task = isTask ? $"t{random.Next(3)}" : "",
            EventTimeMilliseconds = at,
            StartedAtMilliseconds = random.Next(2) == 0 ? at - random.Next(1_000) : null,
            FinishedAtMilliseconds = status.IsFinished() && random.Next(2) == 0 ? at : null,
            QueuedAtMilliseconds = random.Next(3) == 0 ? at - 5_000 - random.Next(1_000) : null,
            Error = random.Next(2) == 0 ? $"error {random.Next(3)}" : "",
            Commit = random.Next(2) == 0 ? $"c{random.Next(3)}" : "",
            Rows = random.Next(2) == 0 ? random.Next(100) : null,
            Team = random.Next(6) == 0 ? $"team{random.Next(2)}" : "",
            OwnerHint = random.Next(3) == 0 ? $"o{random.Next(2)}" : "",
            Tests = random.Next(3) == 0 ? new TestCounts(random.Next(5), random.Next(5)) : null,
            Recovered = random.Next(4) == 0,
            Tasks = isTask ? [] : [.. Enumerable.Range(0, random.Next(3)).Select(i =>
                new TaskResult($"t{i}", (RunStatus)random.Next(1, 9), "model", random.Next(2) == 0 ? $"e{random.Next(2)}" : "", null, random.Next(2) == 0 ? at - random.Next(500) : null, random.Next(9)))],
        };
    }
}
