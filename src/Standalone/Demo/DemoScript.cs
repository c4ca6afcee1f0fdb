using System.Globalization;

namespace Observability.Standalone.Demo;

/// <summary>One request of the demo.</summary>
/// <param name="At">After the start.</param>
/// <param name="What">For the console.</param>
internal sealed record DemoStep(TimeSpan At, string What, string Path, string Body)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>
/// A data team's morning in a minute: good runs, a failing model in prod, the same failure in dev, a run that is late because it took too long, a data test that
/// fails, a deployment that fails, a second failed attempt, and the recovery. Each series that a dashboard shows gets a value from it. Run ids contain the start,
/// so that a second demo on the same data is another morning.
/// </summary>
internal static class DemoScript
{
    public static IReadOnlyList<DemoStep> Of(DateTimeOffset start)
    {
        var morning = start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        DateTimeOffset At(double seconds) => start + TimeSpan.FromSeconds(seconds);
        var steps = new List<DemoStep>
        {
            Step(0, "inventory_sync of GitHub Actions succeeded in prod", GitHubPayload.WorkflowRun("shop/inventory_sync", "main", morning + "1", "success", At(-240), At(0))),
            Step(1, "dbt built orders_daily in prod", DbtPayload.Build("prod", "orders_daily", morning + "-1", At(-600), At(1), DbtOutcome.Good)),
            Step(2, "dbt built orders_daily in dev", DbtPayload.Build("dev", "orders_daily", morning + "-d1", At(-120), At(2), DbtOutcome.Good)),
        };
        for (var day = 6; day >= 1; day--)
        {
            // Six good runs: enough for "usual".
            steps.Add(Step(2.5 + (0.1 * (6 - day)), "finance_close ran as usual in prod",
                RunPayload.Of("finance_close", "prod", "succeeded", $"{morning}-f{day}", At(-400 - day), At(2 - day), rows: 1_900_000 + (day * 1000))));
        }
        steps.AddRange(
        [
            Step(6, "a model of orders_daily failed in prod", DbtPayload.Build("prod", "orders_daily", morning + "-2", At(-300), At(6), DbtOutcome.ModelFailed)),
            Step(9, "the same model failed in dev", DbtPayload.Build("dev", "orders_daily", morning + "-d2", At(-60), At(9), DbtOutcome.ModelFailed)),
            Step(14, "the pipeline of the platform repository failed in staging", GitHubPayload.WorkflowRun("shop/platform-infra", "develop", morning + "2", "failure", At(-90), At(14))),
            Step(19, "release 41 of the web shop was deployed to prod", GitHubPayload.DeploymentStatus("shop/web", "production", morning + "3", "success", At(19))),
            Step(24, "finance_close took 31 minutes and is late in prod", RunPayload.Of("finance_close", "prod", "succeeded", morning + "-f0", At(-1860), At(24), rows: 1_200_000)),
            Step(28, "release 42 of the web shop could not be deployed to staging", GitHubPayload.DeploymentStatus("shop/web", "staging", morning + "4", "failure", At(28))),
            Step(32, "orders_daily failed again in prod", DbtPayload.Build("prod", "orders_daily", morning + "-3", At(-200), At(32), DbtOutcome.ModelFailed)),
            Step(38, "a data test of orders_returns failed in prod", DbtPayload.Build("prod", "orders_returns", morning + "-r1", At(-180), At(38), DbtOutcome.TestFailed)),
            Step(46, "orders_daily recovered in prod", DbtPayload.Build("prod", "orders_daily", morning + "-4", At(-260), At(46), DbtOutcome.Good)),
        ]);
        for (var second = 3; second < 60; second += 3)
        {
            steps.Add(Step(second, "log lines and a metric of the warehouse", OtlpPayload.Logs(At(second), second)));
            steps.Add(Step(second, "log lines and a metric of the warehouse", OtlpPayload.Metrics(At(second), second)));
        }
        return [.. steps.OrderBy(step => step.At)];
    }

    private static DemoStep Step(double seconds, string what, DemoPayload payload) =>
        new(TimeSpan.FromSeconds(seconds), what, payload.Path, payload.Body) { Headers = payload.Headers };
}

/// <summary>Where a body goes, and as what.</summary>
internal sealed record DemoPayload(string Path, string Body, params IReadOnlyList<(string Name, string Value)> Headers);
