using Observability.Configuration;
using Observability.Contracts;
using Observability.RuleEngine.Configuration;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests;

/// <summary>
/// Whoever heard "firing" hears the end, once and in the same conversation, whatever became of the configuration in between: reloaded, reloaded and then
/// restarted, or changed while the engine was down.
/// </summary>
public sealed class GuaranteedCloseTests
{
    private const string Alerting = """
        route:
          receiver: fallback
          group_by: [environment, pipeline]
          group_wait: 10s
          group_interval: 1m
          repeat_interval: 4h
          routes:
            - matchers: ['environment="prod"']
              receiver: prod
        receivers:
          - name: fallback
          - name: prod
            slack_configs:
              - { api_url: 'http://127.0.0.1:1/first', send_resolved: true }
              - { api_url: 'http://127.0.0.1:1/second', send_resolved: true }
        """;

    private const string Policy = """
        fallback: fallback
        receivers:
          prod: { environments: [prod] }
        """;

    private const string Owners = """
        teams:
          team-orders: { email: orders@example.com }
          team-stock: { email: stock@example.com }
        assets:
          - { pipeline: 'orders*', owner: team-orders }
        """;

    private static readonly TimeSpan GroupWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GroupInterval = TimeSpan.FromMinutes(1);

    public enum Way
    {
        Reloaded,
        ReloadedAndRestarted,
        ChangedWhileDown,
    }

    public static TheoryData<string, Way> Changes => new MatrixTheoryData<string, Way>(
        ["nothing", "receiver removed", "receiver renamed", "first integration removed", "all integrations removed", "address changed", "route removed", "environment forbidden", "owner changed"],
        Enum.GetValues<Way>());

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whoever_heard_the_beginning_hears_the_end_at_the_same_address(string change, Way way)
    {
        var files = new TestConfiguration().With("alerting.yaml", Alerting).With("policy.yaml", Policy).With("owners.yaml", Owners);
        await using var world = await EngineWorld.StartAsync(files);
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        var before = world.Active.Current;
        var heard = world.Told.ToDictionary(intent => AddressOf(intent, before));
        Assert.Equal(2, heard.Count);

        var (file, text) = Change(change);
        await ChangeAsync(world, files, file, text, way);
        await world.PassAsync(GroupInterval * 2);
        Assert.DoesNotContain(world.Told, intent => intent.Kind == IntentKind.Resolved);

        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        await world.PassAsync(GroupInterval * 2);
        foreach (var (address, beginning) in heard)
        {
            var end = Assert.Single(world.Told, intent => intent.Kind == IntentKind.Resolved && AddressOf(intent, world.Active.Current) == address && intent.GroupKey == beginning.GroupKey);
            Assert.Equal((beginning.Receiver, beginning.Integration, beginning.Incident), (end.Receiver, end.Integration, end.Incident));
            Assert.Equal(beginning.Alerts[0].Owner!.Email, end.Alerts[0].Owner!.Email);
            Assert.True(end.Address is null || end.Address.Settings.Contains("\"slack\"", StringComparison.Ordinal), "the end says how its address is reached");
        }
        AssertEveryConversationIsClosed(world);
    }

    [Fact]
    public async Task An_integration_that_moves_up_in_the_file_goes_on_and_is_not_told_again()
    {
        var files = new TestConfiguration().With("alerting.yaml", Alerting).With("policy.yaml", Policy).With("owners.yaml", Owners);
        await using var world = await EngineWorld.StartAsync(files);
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        var (file, text) = Change("first integration removed");
        await ChangeAsync(world, files, file, text, Way.Reloaded);
        await world.PassAsync(GroupInterval * 2);
        Assert.Equal(2, world.Told.Count);
    }

    [Fact]
    public async Task A_new_address_under_an_old_name_is_told_of_what_is_open_and_of_its_end()
    {
        var files = new TestConfiguration().With("alerting.yaml", Alerting).With("policy.yaml", Policy).With("owners.yaml", Owners);
        await using var world = await EngineWorld.StartAsync(files);
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        var (file, text) = Change("address changed");
        await ChangeAsync(world, files, file, text, Way.Reloaded);
        await world.PassAsync(GroupInterval);
        var added = Assert.Single(world.Told.Skip(2));
        Assert.Equal(("slack[0]", IntentKind.Firing), (added.Integration, added.Kind));
        Assert.Null(added.Address);
        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        await world.PassAsync(GroupInterval);
        Assert.Equal(3, world.Told.Count(intent => intent.Kind == IntentKind.Resolved));
        AssertEveryConversationIsClosed(world);
    }

    [Fact]
    public async Task Where_routes_group_by_owner_the_new_owner_hears_the_beginning_and_the_old_one_the_end()
    {
        var alerting = Alerting.Replace("group_by: [environment, pipeline]", "group_by: [environment, pipeline, owner]", StringComparison.Ordinal);
        var files = new TestConfiguration().With("alerting.yaml", alerting).With("policy.yaml", Policy).With("owners.yaml", Owners);
        await using var world = await EngineWorld.StartAsync(files);
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        var (file, text) = Change("owner changed");
        await ChangeAsync(world, files, file, text, Way.Reloaded);
        await world.PassAsync(GroupInterval);
        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        await world.PassAsync(GroupInterval * 2);
        (IntentKind, string)[] expected = [(IntentKind.Firing, "orders@example.com"), (IntentKind.Firing, "stock@example.com"), (IntentKind.Resolved, "orders@example.com"), (IntentKind.Resolved, "stock@example.com")];
        Assert.Equal(expected, world.Told.Where(intent => intent.Integration == "slack[0]").Select(intent => (intent.Kind, intent.Alerts[0].Owner!.Email)).Order());
        AssertEveryConversationIsClosed(world);
    }

    [Fact]
    public async Task Who_does_not_want_ends_hears_none_after_a_change_either()
    {
        var quiet = Alerting.Replace("send_resolved: true", "send_resolved: false", StringComparison.Ordinal);
        var files = new TestConfiguration().With("alerting.yaml", quiet).With("policy.yaml", Policy).With("owners.yaml", Owners);
        await using var world = await EngineWorld.StartAsync(files);
        await world.ReportAsync("prod", RunStatus.Failed, "1");
        await world.PassAsync(GroupWait);
        var (file, text) = Change("receiver removed");
        await ChangeAsync(world, files, file, text, Way.ReloadedAndRestarted);
        await world.ReportAsync("prod", RunStatus.Succeeded, "2");
        await world.PassAsync(GroupInterval * 2);
        Assert.DoesNotContain(world.Told, intent => intent is { Kind: IntentKind.Resolved, Receiver: "prod" });
        Assert.Empty(world.Path.Alerts.All);
    }

    private static void AssertEveryConversationIsClosed(EngineWorld world)
    {
        foreach (var conversation in world.Told.GroupBy(intent => (intent.GroupKey, intent.Integration, intent.Incident)))
        {
            Assert.Equal(IntentKind.Resolved, conversation.Last().Kind);
        }
        Assert.Equal(world.Told.Count, world.Told.Select(intent => intent.Id).Distinct().Count());
        Assert.Empty(world.Path.Alerts.All);
    }

    private static (string File, string Text) Change(string change) => change switch
    {
        "nothing" => ("alerting.yaml", Alerting),
        "receiver removed" => ("alerting.yaml", Without(Alerting[..Alerting.IndexOf("  - name: prod", StringComparison.Ordinal)], "receiver: prod", "receiver: fallback")),
        "receiver renamed" => ("alerting.yaml", Without(Without(Alerting, "receiver: prod", "receiver: renamed"), "name: prod", "name: renamed")),
        "first integration removed" => ("alerting.yaml", Without(Alerting, "      - { api_url: 'http://127.0.0.1:1/first', send_resolved: true }\n", "")),
        "all integrations removed" => ("alerting.yaml", Alerting[..Alerting.IndexOf("    slack_configs", StringComparison.Ordinal)]),
        "address changed" => ("alerting.yaml", Without(Alerting, "1/first", "1/other")),
        "route removed" => ("alerting.yaml", Without(Alerting, "environment=\"prod\"", "environment=\"staging\"")),
        "environment forbidden" => ("policy.yaml", Without(Policy, "[prod]", "[staging]")),
        _ => ("owners.yaml", Without(Owners, "owner: team-orders", "owner: team-stock")),
    };

    // A policy names only receivers that there are.
    private static async Task ChangeAsync(EngineWorld world, TestConfiguration files, string file, string text, Way way)
    {
        if (!text.Contains("name: prod", StringComparison.Ordinal) && file == "alerting.yaml")
        {
            files.With("policy.yaml", "fallback: fallback");
        }
        files.With(file, text);
        if (way != Way.ChangedWhileDown)
        {
            var outcome = await world.Keeper.ReloadAsync("operator", CancellationToken.None);
            Assert.True(outcome.Status == ChangeStatus.Applied, string.Join('\n', outcome.Errors));
            await world.PassAsync(TimeSpan.FromSeconds(2));
        }
        if (way != Way.Reloaded)
        {
            await world.CrashAsync();
        }
    }

    private static string Without(string text, string old, string with)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, with, StringComparison.Ordinal);
    }

    private static string AddressOf(NotificationIntent intent, LoadedConfiguration configuration) =>
        intent.Address?.Id
        ?? (configuration.Alerting.FindReceiver(intent.Receiver)?.Integrations.FirstOrDefault(integration => integration.Name == intent.Integration) is { } integration
            ? IntegrationAddress.IdOf(integration)
            : intent.Integration);
}
