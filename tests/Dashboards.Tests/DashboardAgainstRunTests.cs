using Observability.Telemetry;

namespace Observability.Dashboards.Tests;

/// <summary>
/// Known runs go into an engine, every query of every Prometheus panel is asked as Grafana asks it, and the answers must be what those runs produced.
/// A panel that is empty, or that would show the same whatever had run, fails.
/// </summary>
public sealed class DashboardAgainstRunTests(EngineAfterKnownRuns world) : IClassFixture<EngineAfterKnownRuns>
{
    /// <summary>Long enough that each counter's increase lies in it; all other values are of the last moment.</summary>
    private static readonly BuiltInVariables s_range = BuiltInVariables.AllOf("1h");

    private static readonly Dictionary<string, string[]> s_everything = [];
    private static readonly Dictionary<string, string[]> s_dev = new() { ["environment"] = ["dev"] };

    private readonly EngineOverHttp _engine = world.Engine;

    public static TheoryData<string> PrometheusPanels =>
        [.. Dashboard.Pipelines.Panels.Where(panel => panel.DataSourceType == "prometheus").Select(panel => panel.Title)];

    [Theory]
    [MemberData(nameof(PrometheusPanels))]
    public async Task Panel_shows_what_the_runs_produced(string title)
    {
        await AssertShowsAsync(title, s_everything, KnownRuns.Expected(title));
    }

    [Theory]
    [MemberData(nameof(PrometheusPanels))]
    public async Task Panel_shows_only_the_environment_that_is_chosen(string title)
    {
        await AssertShowsAsync(title, s_dev, KnownRuns.ExpectedInDev(title));
    }

    [Fact]
    public async Task Choices_of_the_variables_are_what_ran()
    {
        const string Ran = """{__name__=~"pipeline_last_run_timestamp_seconds|deployment_last_failed"}""";
        Assert.All(Dashboard.Pipelines.Variables.Where(variable => Dashboard.Text(variable, "type") == "query"),
            variable => Assert.Contains("pipeline_last_run_timestamp_seconds|deployment_last_failed", Dashboard.Text(variable, "definition"), StringComparison.Ordinal));
        Assert.Equal(["dev", "prod"], await _engine.LabelValuesAsync(Ran, LabelNames.Environment));
        Assert.Equal(["finance"], await _engine.LabelValuesAsync(Ran, LabelNames.Team));
        Assert.Equal(["customers", "orders", "warehouse"], await _engine.LabelValuesAsync(Ran, LabelNames.Pipeline));
    }

    private async Task AssertShowsAsync(string title, Dictionary<string, string[]> chosen, IReadOnlyList<ExpectedPoint> expected)
    {
        var panel = Dashboard.Pipelines.Panels.Single(panel => panel.Title == title);
        foreach (var query in panel.Queries)
        {
            ExpectedPoint.AssertShown(title, expected, await _engine.QueryAsync(Variables.Replace(query.Expression, chosen, s_range)));
        }
    }
}

/// <summary>One engine for all panels: nothing changes it after the runs.</summary>
public sealed class EngineAfterKnownRuns : IAsyncLifetime
{
    internal EngineOverHttp Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Engine = await EngineOverHttp.StartAsync(new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero));
        await KnownRuns.PlayAsync(Engine);
    }

    public async ValueTask DisposeAsync() => await Engine.DisposeAsync();
}
