using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests;

/// <summary>What a step looks at, counted: with a hundred thousand alerts that fire it is what changed, as with ten.</summary>
public sealed class StepCostTests
{
    private const string QuietRule = "rules/quiet.yaml;quiet;Quiet;0";

    // Evaluated once a day: what these alerts cost is what they cost by being there.
    private const string QuietRules = """
        groups:
          - name: quiet
            interval: 1d
            rules:
              - alert: Quiet
                expr: vector(0) > 1
        """;

    private const int PerGroup = 1_000;

    private static readonly TimeSpan GroupWait = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task One_alert_that_changes_costs_the_same_whatever_else_fires(int others)
    {
        await using var world = await EngineWorld.StartAsync(Configuration(), earlier: Quiet(others));
        await world.PassAsync(GroupWait + TimeSpan.FromSeconds(1));
        Assert.Equal(2 * Math.Max(1, others / PerGroup), world.Told.Count);

        var (alerts, groups) = (world.Path.Alerts.Reads, world.Path.Groups.Reads);
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        var (alertReads, groupReads) = (world.Path.Alerts.Reads - alerts, world.Path.Groups.Reads - groups);

        Assert.Contains(world.Told, intent => intent.Receiver == "prod" && intent.Alerts.Any(alert => alert.Labels["alertname"] == "PipelineRunFailed"));
        Assert.InRange(alertReads, 1, 40);
        Assert.InRange(groupReads, 1, 20);
    }

    [Fact]
    public async Task A_step_in_which_nothing_is_due_looks_at_nothing()
    {
        await using var world = await EngineWorld.StartAsync(Configuration(), earlier: Quiet(1_000));
        await world.PassAsync(GroupWait + TimeSpan.FromSeconds(1));
        var before = (world.Path.Alerts.Reads, world.Path.Groups.Reads);
        await world.StepAsync();
        await world.StepAsync();
        Assert.Equal(before, (world.Path.Alerts.Reads, world.Path.Groups.Reads));
    }

    private static TestConfiguration Configuration() => new TestConfiguration().With("rules/quiet.yaml", QuietRules);

    // Nobody owns them, so the fallback hears of them too.
    private static List<AlertState> Quiet(int count) =>
        [.. Enumerable.Range(0, count).Select(number => TestAlerts.Firing("prod", $"quiet{number / PerGroup}", 1, ("task", $"{number}")) with { RuleKey = QuietRule })];
}
