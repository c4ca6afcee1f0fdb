namespace Observability.RuleEngine.Tests.Api;

public sealed class RunsApiTests(EngineHost host) : IClassFixture<EngineHost>
{
    [Fact]
    public async Task Runs_are_listed_newest_first_and_page_by_page()
    {
        var (status, first) = await host.GetAsync("/api/v1/runs?limit=2");
        Assert.Equal(200, status);
        Assert.Equal(["2 2 failed", "2 1 failed"], first.GetProperty("runs").EnumerateArray().Select(run => $"{run.GetProperty("run_id")} {run.GetProperty("attempt")} {run.GetProperty("status")}"));
        var next = (await host.GetAsync($"/api/v1/runs?limit=2&before={Uri.EscapeDataString(first.GetProperty("next_before").GetString()!)}")).Body;
        Assert.Equal("1", Assert.Single(next.GetProperty("runs").EnumerateArray()).GetProperty("run_id").GetString());
        Assert.False(next.TryGetProperty("next_before", out _));
    }

    [Theory]
    [InlineData("environment=prod", 3)]
    [InlineData("environment=dev", 0)]
    [InlineData("source=dbt&pipeline=orders&status=failed", 2)]
    [InlineData("status=succeeded", 1)]
    [InlineData("before=2026-11-21T11:58:30Z", 1)]
    public async Task Filters_narrow_the_list(string filter, int count) =>
        Assert.Equal(count, (await host.GetAsync($"/api/v1/runs?{filter}")).Body.GetProperty("runs").GetArrayLength());

    [Theory]
    [InlineData("status=broken", "known are queued, running, succeeded")]
    [InlineData("limit=0", "expected 1 to 1000")]
    [InlineData("before=yesterday-ish", "RFC 3339")]
    public async Task A_wrong_filter_is_told_what_was_expected(string filter, string text)
    {
        var (status, body) = await host.GetAsync($"/api/v1/runs?{filter}");
        Assert.Equal(400, status);
        Assert.Contains(text, body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_shows_its_attempts_tasks_facts_and_earlier_runs()
    {
        var id = (await host.GetAsync("/api/v1/runs?status=failed&limit=1")).Body.GetProperty("runs")[0].GetProperty("id").GetString();
        var (status, body) = await host.GetAsync($"/api/v1/runs/{id}");
        Assert.Equal(200, status);
        Assert.Equal((2, 1), (body.GetProperty("attempts").GetArrayLength(), body.GetProperty("previous").GetArrayLength()));
        Assert.Equal(("again", 2), (body.GetProperty("facts").GetProperty("error").GetString(), body.GetProperty("run").GetProperty("attempt").GetInt32()));
        Assert.Equal(1, body.GetProperty("attempts")[0].GetProperty("failed_task_count").GetInt32());
    }

    [Fact]
    public async Task An_unknown_run_is_not_found()
    {
        var (status, body) = await host.GetAsync("/api/v1/runs/0000000000000000");
        Assert.Equal(404, status);
        Assert.Contains("no run has the id", body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
