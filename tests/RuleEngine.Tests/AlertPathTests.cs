using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests;

public sealed class AlertPathTests
{
    private static readonly TimeSpan GroupWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GroupInterval = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_failed_run_is_told_after_group_wait_and_not_before()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1", error: "column \"x\" does not exist");
        await world.PassAsync(GroupWait - TimeSpan.FromSeconds(1));
        Assert.Empty(world.Told);
        await world.PassAsync(TimeSpan.FromSeconds(1));

        var intent = Assert.Single(Prod(world));
        Assert.Equal(("prod", "prod", IntentKind.Firing), (intent.Receiver, intent.Environment, intent.Kind));
        var alert = Assert.Single(intent.Alerts);
        Assert.Equal("orders", alert.Labels["pipeline"]);
        Assert.Equal("orders failed", alert.Annotations["summary"]);
        Assert.Equal("column \"x\" does not exist", alert.Run!.Error);
        Assert.Equal(["event", "rule", "severity", "owner", "group", "muting", "route"], alert.Why.Select(step => step.Stage));
    }

    [Fact]
    public async Task A_dev_failure_never_reaches_the_prod_receiver_and_the_reverse()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("dev", RunStatus.Failed, "1");
        await world.ReportAsync("prod", RunStatus.Failed, "2");
        await world.PassAsync(GroupWait + TimeSpan.FromSeconds(1));
        Assert.Equal([("dev", "dev"), ("prod", "prod")], world.Told.Select(intent => (intent.Receiver, intent.Environment)).Where(told => told.Receiver != "fallback").Order());
    }

    [Fact]
    public async Task A_success_closes_what_the_failure_opened_in_the_same_conversation()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1", owner: "team-orders");
        await world.PassAsync(GroupWait);
        await world.ReportAsync("prod", RunStatus.Succeeded, "2", owner: "team-orders");
        await world.PassAsync(GroupInterval);
        Assert.Equal([IntentKind.Firing, IntentKind.Resolved], Prod(world).Select(intent => intent.Kind));
        Assert.Single(Prod(world).Select(intent => (intent.GroupKey, intent.Incident)).Distinct());
        Assert.NotNull(Prod(world)[^1].Alerts[0].EndsAt);
    }

    [Fact]
    public async Task A_second_failed_run_updates_the_conversation()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        await world.ReportAsync("prod", RunStatus.Failed, "2");
        await world.PassAsync(GroupInterval);
        var update = Prod(world)[1];
        Assert.True(update.IsUpdate);
        Assert.Equal((1, 2, "2"), (update.Incident, update.Alerts[0].Occurrences, update.Alerts[0].Run!.RunId));
    }

    [Fact]
    public async Task A_nightly_failure_is_still_firing_in_the_morning()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(TimeSpan.FromMinutes(20));
        Assert.DoesNotContain(world.Told, intent => intent.Kind == IntentKind.Resolved);
        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        await world.PassAsync(GroupInterval);
        Assert.Contains(world.Told, intent => intent.Kind == IntentKind.Resolved);
    }

    [Fact]
    public async Task The_next_incident_of_a_group_is_a_new_conversation_with_ids_never_used_before()
    {
        await using var world = await EngineWorld.StartAsync();
        for (var incident = 0; incident < 3; incident++)
        {
            await world.ReportAsync("prod", RunStatus.Failed, $"f{incident}");
            await world.PassAsync(GroupInterval + GroupWait);
            await world.ReportAsync("prod", RunStatus.Succeeded, $"s{incident}");
            await world.PassAsync(GroupInterval + GroupWait);
        }
        Assert.Equal([1, 1, 3, 3, 5, 5], Prod(world).Select(intent => intent.Incident));
        Assert.Equal(6, Prod(world).Select(intent => intent.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_crash_in_group_wait_neither_loses_the_alert_nor_begins_the_wait_anew()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait / 2);
        await world.CrashAsync();
        await world.PassAsync(GroupWait / 2);
        Assert.Single(Prod(world));
    }

    [Fact]
    public async Task Whoever_heard_it_before_a_crash_hears_the_end_after_it()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        await world.CrashAsync();
        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        await world.PassAsync(GroupInterval);
        Assert.Equal([IntentKind.Firing, IntentKind.Resolved], Prod(world).Select(intent => intent.Kind));
    }

    [Fact]
    public async Task Whoever_heard_it_hears_the_end_although_the_route_is_gone()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        await ReloadAsync(world, "alerting.yaml", TestConfiguration.Alerting.Replace("environment=\"prod\"", "environment=\"prod\", team=\"nobody\"", StringComparison.Ordinal));
        await world.PassAsync(GroupInterval);
        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        await world.PassAsync(GroupInterval + GroupInterval);
        Assert.Equal([IntentKind.Firing, IntentKind.Resolved], Prod(world).Select(intent => intent.Kind));
        Assert.Contains(world.Told, intent => intent is { Receiver: "fallback", Kind: IntentKind.Firing });
    }

    [Fact]
    public async Task Alerts_of_a_removed_rule_end_with_that_reason()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        await ReloadAsync(world, "rules/pipelines.yaml", TestConfiguration.Rules.Replace("pipeline_last_run_failed == 1", "vector(0) > 1", StringComparison.Ordinal).Replace("PipelineRunFailed", "Never", StringComparison.Ordinal));
        await world.PassAsync(GroupInterval);
        var end = Prod(world).Single(intent => intent.Kind == IntentKind.Resolved);
        Assert.Equal("rule removed", end.Alerts[0].EndReason);
    }

    [Fact]
    public async Task A_reload_of_the_same_files_tells_nothing()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        var told = world.Told.Count;
        await ReloadAsync(world, "rules/pipelines.yaml", TestConfiguration.Rules);
        await world.PassAsync(GroupInterval * 2);
        Assert.Equal(told, world.Told.Count);
    }

    [Fact]
    public async Task A_bad_file_changes_nothing_and_says_why()
    {
        await using var world = await EngineWorld.StartAsync();
        var outcome = await world.ReloadAsync("rules/pipelines.yaml", TestConfiguration.Rules.Replace("== 1", "== = 1", StringComparison.Ordinal));
        Assert.Equal(ChangeStatus.Invalid, outcome.Status);
        Assert.Equal(("rules/pipelines.yaml", 6), (outcome.Errors[0].File, outcome.Errors[0].Line));
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        Assert.Single(Prod(world));
    }

    [Fact]
    public async Task A_rule_waits_for_its_hold_time_also_across_a_crash()
    {
        await using var world = await EngineWorld.StartAsync(new TestConfiguration().With("rules/pipelines.yaml",
            TestConfiguration.Rules.Replace("labels:", "for: 30s\n        labels:", StringComparison.Ordinal)));
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(TimeSpan.FromSeconds(20));
        await world.CrashAsync();
        await world.PassAsync(TimeSpan.FromSeconds(19));
        Assert.Empty(world.Told);
        await world.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Single(Prod(world));
    }

    private static async Task ReloadAsync(EngineWorld world, string file, string text)
    {
        var outcome = await world.ReloadAsync(file, text);
        Assert.True(outcome.Status == ChangeStatus.Applied, string.Join('\n', outcome.Errors));
    }

    private static List<NotificationIntent> Prod(EngineWorld world) => [.. world.Told.Where(intent => intent.Receiver == "prod")];
}
