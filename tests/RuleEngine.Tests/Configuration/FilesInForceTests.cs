using Observability.RuleEngine.Configuration;

namespace Observability.RuleEngine.Tests.Configuration;

/// <summary>Only a reload reads files: a change over the API, or a question, neither costs that nor takes over what somebody is editing.</summary>
public sealed class FilesInForceTests
{
    private const string Group = "name: own\nrules: [{ alert: OrdersFailed, expr: up == 0 }]\n";

    [Fact]
    public async Task Checking_and_writing_a_group_reads_no_file()
    {
        var files = new TestConfiguration();
        await using var world = await EngineWorld.StartAsync(files);
        var reads = files.Reads;
        Assert.Empty(await world.Keeper.ValidateAsync("own", Group, CancellationToken.None));
        Assert.Equal(ChangeStatus.Applied, (await world.Keeper.PutGroupAsync("own", Group, null, "ana", CancellationToken.None)).Status);
        Assert.Equal(ChangeStatus.Applied, (await world.Keeper.DeleteGroupAsync("own", null, "ana", CancellationToken.None)).Status);
        Assert.Equal(reads, files.Reads);
    }

    [Fact]
    public async Task A_file_that_is_being_edited_counts_from_the_reload_on()
    {
        var files = new TestConfiguration();
        await using var world = await EngineWorld.StartAsync(files);
        files.With("rules/pipelines.yaml", "groups: [ half a thought");
        Assert.Equal(ChangeStatus.Applied, (await world.Keeper.PutGroupAsync("own", Group, null, "ana", CancellationToken.None)).Status);
        Assert.Equal(["own", "pipelines"], world.Keeper.Current.Configuration.RuleGroups.Select(group => group.Name).Order());
        Assert.Equal(ChangeStatus.Invalid, (await world.Keeper.ReloadAsync("ana", CancellationToken.None)).Status);
        Assert.Equal(["own", "pipelines"], world.Keeper.Current.Configuration.RuleGroups.Select(group => group.Name).Order());
    }
}
