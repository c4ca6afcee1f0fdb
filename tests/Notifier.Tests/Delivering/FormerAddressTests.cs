using System.Text.Json;
using Observability.Configuration;
using Observability.Contracts;
using Observability.TestKit;

namespace Observability.Notifier.Tests.Delivering;

/// <summary>The end of what was told by a receiver that the configuration no longer has.</summary>
public sealed class FormerAddressTests
{
    private const string Others = "  - name: other\n";

    [Fact]
    public async Task It_goes_to_the_address_of_the_configuration_before_while_the_process_knows_it()
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        await using var world = await World.StartAsync(folder);
        var end = EndFor(folder);
        Reload(world, folder, Others);

        await world.ConsumeAsync(end);

        Assert.Equal("delivered", Status(Assert.Single(await world.SettledAsync(1))));
        Assert.Single(slack.Requests);
    }

    [Fact]
    public async Task It_goes_through_a_receiver_of_another_name_that_leads_to_the_same_address()
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        var end = EndFor(folder);
        Configurations.Write(folder, Configurations.Slack("renamed", slack.Url));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(end);

        Assert.Equal("delivered", Status(Assert.Single(await world.SettledAsync(1))));
        Assert.Single(slack.Requests);
    }

    [Fact]
    public async Task After_a_restart_it_is_sent_with_a_secret_that_has_a_file_of_its_own()
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = FolderWithSecretFile(slack.Url);
        var end = EndFor(folder);
        Configurations.Write(folder, Others);
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(end);

        Assert.Equal("delivered", Status(Assert.Single(await world.SettledAsync(1))));
        Assert.Single(slack.Requests);
    }

    [Fact]
    public async Task When_the_file_of_the_secret_has_gone_too_the_fallback_receiver_is_told_why()
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = FolderWithSecretFile(slack.Url);
        var end = EndFor(folder);
        Configurations.Write(folder, Others);
        File.Delete(folder.PathOf("config/slack-url"));
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(end);

        var notices = await world.SettledAsync(2);
        Assert.Equal(["prod failed", "fallback kept"], notices.Select(notice => $"{notice.GetProperty("receiver").GetString()} {Status(notice)}"));
        Assert.Contains("slack-url", notices[1].GetProperty("rendered").GetProperty("mail").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Empty(slack.Requests);
    }

    [Fact]
    public async Task A_secret_that_stood_in_the_configuration_is_not_kept_and_the_fallback_receiver_is_told_so()
    {
        await using var slack = await ScriptedHttpServer.StartAsync();
        using var folder = Configurations.Folder(Configurations.Slack("prod", slack.Url));
        var end = EndFor(folder);
        Assert.DoesNotContain(slack.Url.ToString(), end.Address!.Settings, StringComparison.Ordinal);
        Configurations.Write(folder, Others);
        await using var world = await World.StartAsync(folder);

        await world.ConsumeAsync(end);

        var notices = await world.SettledAsync(2);
        Assert.Equal(["prod failed", "fallback kept"], notices.Select(notice => $"{notice.GetProperty("receiver").GetString()} {Status(notice)}"));
        Assert.Empty(slack.Requests);
    }

    private static TemporaryDirectory FolderWithSecretFile(Uri url)
    {
        var folder = Configurations.Folder(Others);
        folder.Write("config/slack-url", url.ToString());
        Configurations.Write(folder, $"  - name: prod\n    slack_configs:\n      - api_url_file: {folder.PathOf("config/slack-url")}\n        send_resolved: true\n");
        return folder;
    }

    // As the engine makes it from the configuration under which the beginning was told.
    private static NotificationIntent EndFor(TemporaryDirectory folder)
    {
        var integration = ActiveConfiguration.Open(folder.PathOf("config")).Current.Alerting.FindReceiver("prod")!.Integrations[0];
        return Intents.Resolved("prod", "slack[0]") with { Address = new ToldAddress(IntegrationAddress.IdOf(integration), IntegrationSettings.Write(integration)) };
    }

    private static void Reload(World world, TemporaryDirectory folder, string receivers)
    {
        Configurations.Write(folder, receivers);
        var active = world.Get<ActiveConfiguration>();
        var load = active.Read();
        Assert.True(load.Configuration is not null, string.Join('\n', load.Errors));
        active.Adopt(load.Configuration);
    }

    private static string? Status(JsonElement notice) => notice.GetProperty("status").GetString();
}
