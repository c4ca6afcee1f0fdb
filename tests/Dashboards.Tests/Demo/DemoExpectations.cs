using Observability.Telemetry;

namespace Observability.Dashboards.Tests.Demo;

/// <summary>
/// What each panel must show once the demo has ended, worked out by hand from its script: seconds after the start, results and rows. Written down here and not
/// taken from the script's code, so that a script that loses a step is found too.
/// </summary>
internal sealed class DemoExpectations(DateTimeOffset start, DateTimeOffset now)
{
    private static readonly (string, string) s_prod = (LabelNames.Environment, "prod");
    private static readonly (string, string) s_dev = (LabelNames.Environment, "dev");
    private static readonly (string, string) s_staging = (LabelNames.Environment, "staging");
    private static readonly (string, string) s_orders = (LabelNames.Pipeline, "orders_daily");
    private static readonly (string, string) s_returns = (LabelNames.Pipeline, "orders_returns");
    private static readonly (string, string) s_finance = (LabelNames.Pipeline, "finance_close");
    private static readonly (string, string) s_inventory = (LabelNames.Pipeline, "shop/inventory_sync/inventory_sync");
    private static readonly (string, string) s_platform = (LabelNames.Pipeline, "shop/platform-infra/platform-infra");
    private static readonly (string, string) s_shop = (LabelNames.Pipeline, "shop/web");

    /// <summary>At the last full minute, where graphs end.</summary>
    private DateTimeOffset LastStep => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));

    /// <summary>With all variables at "All". No panel may be empty, and none may be all zero.</summary>
    public IReadOnlyList<ExpectedPoint> Of(string panel) => panel switch
    {
        "Failing pipelines" => [new(3)],
        "Pipelines" => [new(6)],
        "Failing data tests" => [new(1)],
        "What fails, and since when it last worked" => [Since(now, 2, s_dev, s_orders)],
        "Failing tasks" => [new(1, s_dev, s_orders, (LabelNames.Task, "fct_orders")), new(1, s_prod, s_returns, (LabelNames.Task, "unique_fct_orders_id.d4e5f6"))],
        "Runs by result" => [Increase(11, ("result", "succeeded")), Increase(5, ("result", "failed"))],
        "Share of runs that succeed" => [Share(10 / 13.0, s_prod), Share(1 / 2.0, s_dev)],
        "Duration of the last run" =>
        [
            new(306, s_prod, s_orders), new(69, s_dev, s_orders), new(218, s_prod, s_returns), new(1884, s_prod, s_finance), new(240, s_prod, s_inventory), new(104, s_staging, s_platform),
        ],
        // Each live series is also written once a minute, so how much an old value weighs depends on when the engine's minute ends.
        "Duration as a share of its seven-day average" =>
        [
            new(0.8, s_prod, s_orders) { UpTo = 1 }, new(0.7, s_dev, s_orders) { UpTo = 0.95 }, new(2, s_prod, s_finance) { UpTo = 3.1 },
            new(1, s_prod, s_returns), new(1, s_prod, s_inventory), new(1, s_staging, s_platform),
        ],
        "Time in the queue" => [new(35, s_prod, s_inventory), new(35, s_staging, s_platform)],
        "Rows of the last run" => [new(1_200_000, s_prod, s_finance)],
        "Rows as a share of their seven-day average" => [new(0.65, s_prod, s_finance) { UpTo = 0.8 }],
        "Tests of the last runs by result" =>
            [new(4, ("result", "passed")), new(1, ("result", "failed")), new(1, ("result", "skipped")), new(0, ("result", "warned")), new(0, ("result", "errored"))],
        "Pipelines with failing tests" => [new(1, s_prod, s_returns)],
        "Time since the last success" => [Since(LastStep, 46, s_prod, s_orders), Since(LastStep, 2, s_dev, s_orders), Since(LastStep, 24, s_prod, s_finance), Since(LastStep, 0, s_prod, s_inventory)],
        "Time since the last run" =>
        [
            Since(LastStep, 46, s_prod, s_orders), Since(LastStep, 9, s_dev, s_orders), Since(LastStep, 38, s_prod, s_returns), Since(LastStep, 24, s_prod, s_finance),
            Since(LastStep, 0, s_prod, s_inventory), Since(LastStep, 14, s_staging, s_platform),
        ],
        "Deployments by result" => [Increase(1, s_prod, ("result", "succeeded")), Increase(1, s_staging, ("result", "failed"))],
        "Failed deployments" => [new(1, s_staging, s_shop)],
        // 19 lines of the warehouse, five of them warnings, and one a run; a failed dbt run has one more for its failed node.
        "Log lines by level" => [new(26, ("level", "info")), new(5, ("level", "warn")), new(10, ("level", "error"))],
        _ => throw new InvalidOperationException($"say what the panel '{panel}' must show after the demo"),
    };

    /// <summary>With dev and staging chosen, and of the pipelines those two that failed there.</summary>
    public IReadOnlyList<ExpectedPoint> OfTwoEnvironments(string panel) => panel switch
    {
        "Failing pipelines" or "Pipelines" => [new(2)],
        "Failing data tests" => [new(0)],
        "Runs by result" => [Increase(1, ("result", "succeeded")), Increase(2, ("result", "failed"))],
        "Tests of the last runs by result" =>
            [new(1, ("result", "passed")), new(1, ("result", "skipped")), new(0, ("result", "failed")), new(0, ("result", "warned")), new(0, ("result", "errored"))],
        "Log lines by level" => [new(1, ("level", "info")), new(3, ("level", "error"))],
        _ => [.. Of(panel).Where(point => (point.Labels.Contains(s_dev) || point.Labels.Contains(s_staging)) && !point.Labels.Contains(s_shop) && !panel.StartsWith("Deployments", StringComparison.Ordinal))],
    };

    /// <summary>The receiver, the labels that the group is made of and the alerts in it.</summary>
    public static IReadOnlyList<string> Groups { get; } =
    [
        "fallback staging github shop/web: DeploymentFailed",
        "non-prod dev dbt orders_daily: PipelineRunFailed",
        "non-prod staging github shop/platform-infra/platform-infra: PipelineRunFailed",
        "non-prod staging github shop/web: DeploymentFailed",
        "prod prod cron finance_close: PipelineRunSlow",
        "prod prod dbt orders_returns: DataTestFailed, PipelineRunFailed",
    ];

    // A run's time is cut to the second by the start that run ids tell.
    private ExpectedPoint Since(DateTimeOffset at, double secondsAfterStart, params (string, string)[] labels)
    {
        var seconds = (at - start).TotalSeconds - secondsAfterStart;
        return new ExpectedPoint(seconds - 1.5, labels) { UpTo = seconds + 0.5 };
    }

    // increase() adds at most half of the average distance between two samples, which is at most half of what lies between the first and the last.
    private static ExpectedPoint Increase(double count, params (string, string)[] labels) => new(count, labels) { UpTo = 1.5 * count };

    private static ExpectedPoint Share(double share, params (string, string)[] labels) => new(share / 1.5, labels) { UpTo = share * 1.5 };
}
