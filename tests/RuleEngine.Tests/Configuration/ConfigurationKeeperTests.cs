using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Configuration;

public sealed class ConfigurationKeeperTests
{
    private const string OwnGroup = """
        name: own
        rules:
          - alert: OrdersFailed
            expr: pipeline_last_run_failed{pipeline="orders"} == 1
            labels: { severity: warning }
        """;

    private static readonly TimeSpan GroupWait = TimeSpan.FromSeconds(11);

    [Fact]
    public async Task A_group_written_over_the_API_decides_at_once_and_survives_a_crash()
    {
        await using var world = await EngineWorld.StartAsync();
        var outcome = await PutAsync(world, "own", OwnGroup);
        Assert.Equal((ChangeStatus.Applied, 2L), (outcome.Status, outcome.Version));
        await world.CrashAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        Assert.Contains(Prod(world), intent => intent.Alerts.Any(alert => alert.Labels["alertname"] == "OrdersFailed"));
        Assert.Equal(2, world.Keeper.Current.Version);
        Assert.Equal("ana", Assert.Single(await world.Keeper.StoredGroupsAsync(CancellationToken.None)).Actor);
    }

    [Fact]
    public async Task Writing_a_group_loses_no_firing_alert_and_tells_nothing_again()
    {
        await using var world = await EngineWorld.StartAsync();
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        await PutAsync(world, "other", OwnGroup.Replace("own", "other", StringComparison.Ordinal).Replace("\"orders\"", "\"stock\"", StringComparison.Ordinal));
        await world.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal([IntentKind.Firing], Prod(world).Select(intent => intent.Kind));
    }

    [Fact]
    public async Task Deleting_a_group_ends_its_alerts_with_that_reason()
    {
        await using var world = await EngineWorld.StartAsync(new TestConfiguration().With("rules/pipelines.yaml", "groups: []"));
        await PutAsync(world, "own", OwnGroup);
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        var outcome = await world.Keeper.DeleteGroupAsync("own", null, "ana", CancellationToken.None);
        Assert.Equal(ChangeStatus.Applied, outcome.Status);
        await world.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("rule removed", Prod(world).Last(intent => intent.Kind == IntentKind.Resolved).Alerts[0].EndReason);
    }

    [Fact]
    public async Task A_group_of_a_file_is_refused_with_the_name_of_the_file()
    {
        await using var world = await EngineWorld.StartAsync();
        var outcome = await PutAsync(world, "pipelines", OwnGroup.Replace("own", "pipelines", StringComparison.Ordinal));
        Assert.Equal(ChangeStatus.Conflict, outcome.Status);
        Assert.Contains("rules/pipelines.yaml, line 2", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outdated_version_is_refused_with_the_present_one()
    {
        await using var world = await EngineWorld.StartAsync();
        var first = await PutAsync(world, "own", OwnGroup);
        var second = await world.Keeper.PutGroupAsync("own", OwnGroup + "\n", first.ETag, "ana", CancellationToken.None);
        Assert.Equal(ChangeStatus.Applied, second.Status);
        var outdated = await world.Keeper.PutGroupAsync("own", OwnGroup, first.ETag, "ben", CancellationToken.None);
        Assert.Equal((ChangeStatus.Outdated, second.ETag), (outdated.Status, outdated.ETag));
    }

    [Fact]
    public async Task Every_error_is_said_with_its_line_and_nothing_is_changed()
    {
        await using var world = await EngineWorld.StartAsync();
        var outcome = await PutAsync(world, "own", """
            name: own
            rules:
              - alert: A
                expr: sum(
              - alert: B
                expr: up == 1
                annotations:
                  summary: '{{ .Nope'
              - record: c
                expr: up
            """);
        Assert.Equal(ChangeStatus.Invalid, outcome.Status);
        Assert.Equal([4, 5, 9], outcome.Errors.Select(error => error.Line).Order());
        Assert.Contains(outcome.Errors, error => error.Message.Contains("not yet", StringComparison.Ordinal));
        Assert.Equal(1, world.Keeper.Current.Version);
        Assert.Empty(await world.Keeper.StoredGroupsAsync(CancellationToken.None));
    }

    private static Task<ChangeOutcome> PutAsync(EngineWorld world, string name, string text) =>
        world.Keeper.PutGroupAsync(name, text, null, "ana", CancellationToken.None);

    private static List<NotificationIntent> Prod(EngineWorld world) => [.. world.Told.Where(intent => intent.Receiver == "prod")];
}
