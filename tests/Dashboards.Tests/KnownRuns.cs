using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.Dashboards.Tests;

/// <summary>
/// What ran, and what follows from it. orders (team finance) succeeds twice in prod with 1000 rows in 100 s and then fails with a failing test after 400 s and 10 rows;
/// customers succeeds in prod and in dev; one deployment of the warehouse succeeds in prod and the next fails.
/// </summary>
internal static class KnownRuns
{
    private static readonly (string, string) s_prod = (LabelNames.Environment, "prod");
    private static readonly (string, string) s_dev = (LabelNames.Environment, "dev");
    private static readonly (string, string) s_orders = (LabelNames.Pipeline, "orders");
    private static readonly (string, string) s_customers = (LabelNames.Pipeline, "customers");
    private static readonly (string, string) s_warehouse = (LabelNames.Pipeline, "warehouse");

    /// <summary>
    /// Five seconds lie between two reports. It ends at the minute, when the engine has just written every live series again: a counter's last sample is then of
    /// the time of the query, and its increase is exact instead of extrapolated.
    /// </summary>
    public static async Task PlayAsync(EngineOverHttp engine)
    {
        var start = engine.Time.GetUtcNow();
        foreach (var run in Runs())
        {
            await engine.ReportAsync(run(engine.Time.GetUtcNow().ToUnixTimeMilliseconds()));
            engine.Time.Advance(TimeSpan.FromSeconds(5));
        }
        engine.Time.Advance(start + TimeSpan.FromMinutes(1) - engine.Time.GetUtcNow());
        Assert.True(await Eventually.BecomesTrueAsync(
            async () => (await engine.QueryAsync("max(time() - timestamp({__name__=~\"pipeline_runs_total|deployments_total\"}))")) is [{ Value: 0 }], TimeSpan.FromSeconds(20)));
    }

    /// <summary>With all variables at "All".</summary>
    public static IReadOnlyList<ExpectedPoint> Expected(string panel) => panel switch
    {
        "Failing pipelines" => [new(1)],
        "Pipelines" => [new(3)],
        "Failing data tests" => [new(2)],
        "What fails, and since when it last worked" => [new(55, s_prod, s_orders)],
        "Failing tasks" => [new(1, s_prod, s_orders, (LabelNames.Task, "not_null_orders_id"))],
        "Runs by result" => [new(4, ("result", "succeeded")), new(1, ("result", "failed"))],
        "Share of runs that succeed" => [new(0.75, s_prod), new(1, s_dev)],
        "Duration of the last run" => [new(400, s_prod, s_orders), new(30, s_prod, s_customers), new(20, s_dev, s_customers)],
        "Duration as a share of its seven-day average" => [new(400 / 250.0, s_prod, s_orders), new(1, s_prod, s_customers), new(1, s_dev, s_customers)],
        "Time in the queue" => [new(5, s_prod, s_orders)],
        "Rows of the last run" => [new(10, s_prod, s_orders), new(500, s_prod, s_customers), new(50, s_dev, s_customers)],
        "Rows as a share of their seven-day average" => [new(10 / 505.0, s_prod, s_orders), new(1, s_prod, s_customers), new(1, s_dev, s_customers)],
        "Tests of the last runs by result" =>
            [new(7, ("result", "passed")), new(1, ("result", "failed")), new(0, ("result", "warned")), new(0, ("result", "skipped")), new(1, ("result", "errored"))],
        "Pipelines with failing tests" => [new(2, s_prod, s_orders)],
        "Time since the last success" => [new(55, s_prod, s_orders), new(50, s_prod, s_customers), new(45, s_dev, s_customers)],
        "Time since the last run" => [new(40, s_prod, s_orders), new(50, s_prod, s_customers), new(45, s_dev, s_customers)],
        "Deployments by result" => [new(1, s_prod, ("result", "succeeded")), new(1, s_prod, ("result", "failed"))],
        "Failed deployments" => [new(1, s_prod, s_warehouse)],
        _ => throw new InvalidOperationException($"say what the panel '{panel}' must show after the known runs"),
    };

    /// <summary>With dev chosen, where one run succeeded and nothing else happened.</summary>
    public static IReadOnlyList<ExpectedPoint> ExpectedInDev(string panel) => panel switch
    {
        "Failing pipelines" => [new(0)],
        "Pipelines" => [new(1)],
        "Runs by result" => [new(1, ("result", "succeeded"))],
        _ => [.. Expected(panel).Where(point => point.Labels.Contains(s_dev))],
    };

    private static IEnumerable<Func<long, RunEvent>> Runs()
    {
        yield return now => Run("orders", "prod", "1", RunStatus.Succeeded, now, 100, 1000) with { Team = "finance" };
        yield return now => Run("orders", "prod", "2", RunStatus.Succeeded, now, 100, 1000) with { Team = "finance" };
        yield return now => Run("customers", "prod", "1", RunStatus.Succeeded, now, 30, 500);
        yield return now => Run("customers", "dev", "1", RunStatus.Succeeded, now, 20, 50);
        yield return now => Run("orders", "prod", "3", RunStatus.Failed, now, 400, 10) with
        {
            Team = "finance",
            QueuedAtMilliseconds = now - 405_000,
            Tests = new TestCounts(7, 1, Errored: 1),
            Tasks = [new TaskResult("not_null_orders_id", RunStatus.Failed, "test", "1 row is null", now - 10_000, now)],
        };
        yield return now => Deployment("a", RunStatus.Succeeded, now);
        yield return now => Deployment("b", RunStatus.Failed, now);
    }

    private static RunEvent Run(string pipeline, string environment, string id, RunStatus status, long now, int durationSeconds, long rows) => new()
    {
        Source = "dbt",
        Pipeline = pipeline,
        Environment = environment,
        RunId = id,
        Status = status,
        StartedAtMilliseconds = now - (durationSeconds * 1000L),
        FinishedAtMilliseconds = now,
        Rows = rows,
    };

    private static RunEvent Deployment(string id, RunStatus status, long now) => new()
    {
        Kind = RunKind.Deployment,
        Source = "github",
        Pipeline = "warehouse",
        Environment = "prod",
        RunId = id,
        DeploymentId = id,
        Status = status,
        FinishedAtMilliseconds = now,
    };
}
