using Observability.Telemetry;

namespace Observability.Dashboards.Tests;

/// <summary>
/// Known runs go into an engine, every query of every Prometheus panel is asked as Grafana asks it, and the answers must be what those runs produced.
/// A panel that is empty, or that would show the same whatever had run, fails.
/// </summary>
public sealed class DashboardAgainstRunTests(EngineAfterKnownRuns world) : IClassFixture<EngineAfterKnownRuns>
{
    /// <summary>Long enough that each counter's increase lies in it; all other values are of the last moment.</summary>
    private const string Range = "1h";

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
            var shown = await _engine.QueryAsync(Variables.Replace(query.Expression, chosen, Range));
            var text = string.Join("\n", shown.Select(point => $"{{{string.Join(", ", point.Labels.Select(label => $"{label.Key}={label.Value}"))}}} {point.Value}"));
            Assert.True(expected.Count == shown.Count, $"'{title}' shows {shown.Count} series, expected {expected.Count}:\n{text}");
            foreach (var point in expected)
            {
                var match = shown.Where(candidate => point.Labels.All(label => candidate.Labels.GetValueOrDefault(label.Name, "") == label.Value)).ToList();
                Assert.True(match.Count == 1, $"'{title}': {match.Count} series fit {point}, expected one of:\n{text}");
                Assert.True(Math.Abs(match[0].Value - point.Value) <= 1e-6 * Math.Max(1, Math.Abs(point.Value)), $"'{title}': {point} shows {match[0].Value}:\n{text}");
            }
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
