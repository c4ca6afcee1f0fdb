using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.RuleEngine.Tests.Api;

/// <summary>Each test has a host of its own: what is deleted stays deleted.</summary>
public sealed class SeriesDeletionApiTests : IAsyncLifetime
{
    private const string Delete = "/api/v1/admin/tsdb/delete_series";

    private readonly EngineHost _host = new();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Deleted_samples_are_in_no_answer_any_more_and_others_stay()
    {
        Assert.Equal(204, (await _host.PostAsync(Delete, ("match[]", "rows"), ("match[]", "pipeline_runs_total{result=\"failed\"}"))).Status);
        Assert.Equal("[]", await DataAsync("/api/v1/series?match[]=rows"));
        Assert.Equal("[\"succeeded\"]", await DataAsync("/api/v1/label/result/values?match[]=pipeline_runs_total"));
    }

    [Fact]
    public async Task Only_the_range_that_is_named_is_deleted()
    {
        Assert.Equal(204, (await _host.PostAsync(Delete + "?match[]=rows&start=2026-11-21T11:59:00Z&end=1795262390")).Status);
        Assert.Contains("[[1795262398.5,\"2.5\"]]", await DataAsync("/api/v1/query?query=rows[5m]"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "0 parameters match[] are given")]
    [InlineData("?match[]=sum(rows)", "plain selector")]
    [InlineData("?match[]=rows&start=2&end=1", "the end lies before the start")]
    [InlineData("?match[]={}", "")]
    public async Task A_wrong_request_deletes_nothing(string query, string reason)
    {
        var (status, body) = await _host.PostAsync(Delete + query);
        Assert.Equal((400, "bad_data"), (status, body.GetProperty("errorType").GetString()));
        Assert.Contains(reason, body.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.NotEqual("[]", await DataAsync("/api/v1/series?match[]=rows"));
    }

    [Fact]
    public async Task A_key_for_some_environments_may_not_delete()
    {
        _host.Actor = Actor.OfKey(new ApiKey { Name = "dev-admin", Line = 1, Sha256 = new byte[32], Roles = AccessRoles.Admin, Environments = ["dev"] });
        var (status, body) = await _host.PostAsync(Delete + "?match[]=rows");
        Assert.Equal((403, "forbidden"), (status, body.GetProperty("errorType").GetString()));
        Assert.NotEqual("[]", await DataAsync("/api/v1/series?match[]=rows"));
    }

    private async Task<string> DataAsync(string path) => (await _host.GetAsync(path)).Body.GetProperty("data").GetRawText();
}
