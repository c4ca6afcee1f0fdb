using System.Text.Json;
using Observability.Telemetry;

namespace Observability.Dashboards.Tests.Demo;

/// <summary>
/// Every query of every panel is asked over HTTP of the real program after its demo, as a Grafana with the provisioned data sources asks it. An empty panel,
/// one that is zero all the time, and one that shows anything else than what the demo produced fail.
/// </summary>
[Collection(nameof(DemoRun))]
public sealed class DashboardAgainstDemoTests(DemoRun demo)
{
    private static readonly TimeSpan s_range = TimeSpan.FromMinutes(15);

    private static readonly Dictionary<string, string[]> s_everything = [];

    private static readonly Dictionary<string, string[]> s_twoEnvironments = new()
    {
        ["environment"] = ["dev", "staging"],
        ["pipeline"] = ["orders_daily", "shop/platform-infra/platform-infra"],
    };

    private readonly DemoExpectations _expected = new(demo.Start, demo.Now);

    public static TheoryData<string> PanelsOfNumbers =>
        [.. Dashboard.Pipelines.Panels.Where(panel => panel.Type is not ("logs" or "alertGroups")).Select(panel => panel.Title)];

    [Theory]
    [MemberData(nameof(PanelsOfNumbers))]
    public async Task Panel_shows_what_the_demo_produced(string title)
    {
        var expected = _expected.Of(title);
        Assert.Contains(expected, point => point.Value != 0);
        await AssertShowsAsync(title, s_everything, expected);
    }

    [Theory]
    [MemberData(nameof(PanelsOfNumbers))]
    public async Task Panel_shows_only_the_environments_and_pipelines_that_are_chosen(string title)
    {
        await AssertShowsAsync(title, s_twoEnvironments, _expected.OfTwoEnvironments(title));
    }

    [Fact]
    public async Task Log_lines_are_those_of_the_demo_newest_first_and_follow_the_variables()
    {
        var lines = await LinesAsync([]);
        Assert.Equal(41, lines.Count);
        Assert.Equal("connection pool at 80 %", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("orders_daily failed in fct_orders: Database Error in model fct_orders", StringComparison.Ordinal));
        Assert.Equal(4, (await LinesAsync(s_twoEnvironments)).Count);
        var found = await LinesAsync(new() { ["search"] = ["checkpoint written"] });
        Assert.Equal(["checkpoint written"], found.Distinct());
        Assert.Equal(5, found.Count);
    }

    [Theory]
    [InlineData(".+", "prod", "dev", "staging")]
    [InlineData("dev|staging", "dev", "staging")]
    public async Task Alert_groups_are_those_that_fire_when_the_demo_has_ended(string filter, params string[] environments)
    {
        Assert.Equal("environment=~\"${environment:pipe}\"", Dashboard.Pipelines.AlertFilter);
        var chosen = filter == ".+" ? s_everything : s_twoEnvironments;
        Assert.Equal($"environment=~\"{filter}\"", Variables.Replace(Dashboard.Pipelines.AlertFilter, chosen, BuiltInVariables.AllOf("1m")));

        // Grafana applies the panel's filter itself, to the labels of the alerts.
        var groups = await demo.Grafana.SendAsync(ProvisionedDataSource.ByUid("obs-alertmanager"), "api/v2/alerts/groups");
        var shown = groups.EnumerateArray().Where(group => environments.Contains(Label(group, LabelNames.Environment))).Select(Describe).Order(StringComparer.Ordinal);
        Assert.Equal(DemoExpectations.Groups.Where(group => environments.Contains(group.Split(' ')[1])), shown);
    }

    [Fact]
    public async Task Choices_of_the_variables_are_what_the_demo_ran()
    {
        const string Ran = """{__name__=~"pipeline_last_run_timestamp_seconds|deployment_last_failed"}""";
        Assert.Equal(["dev", "prod", "staging"], await ChoicesAsync(Ran, LabelNames.Environment));
        Assert.Equal(["finance_close", "orders_daily", "orders_returns", "shop/inventory_sync/inventory_sync", "shop/platform-infra/platform-infra", "shop/web"], await ChoicesAsync(Ran, LabelNames.Pipeline));
    }

    [Fact]
    public async Task Save_and_test_of_each_data_source_is_answered()
    {
        var prometheus = await demo.Grafana.SendAsync(ProvisionedDataSource.ByUid("obs-prometheus"), "api/v1/query", ("query", "1+1"), ("time", "4"));
        Assert.Equal("2", prometheus.GetProperty("data").GetProperty("result")[1].GetString());
        var loki = await demo.Grafana.SendAsync(ProvisionedDataSource.ByUid("obs-loki"), "loki/api/v1/query", ("query", "vector(1)+vector(1)"), ("time", "4000000000"));
        Assert.Equal("2", loki.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());
        var alertmanager = await demo.Grafana.SendAsync(ProvisionedDataSource.ByUid("obs-alertmanager"), "api/v2/status");
        Assert.Contains("receiver: fallback", alertmanager.GetProperty("config").GetProperty("original").GetString(), StringComparison.Ordinal);
    }

    private async Task AssertShowsAsync(string title, Dictionary<string, string[]> chosen, IReadOnlyList<ExpectedPoint> expected)
    {
        var panel = Dashboard.Pipelines.Panels.Single(panel => panel.Title == title);
        foreach (var query in panel.Queries)
        {
            var answer = await demo.Grafana.QueryAsync(query, panel.Width, chosen, demo.Now, s_range);
            // Counts of lines stand one beside the other, each for its own moment; everything else is a value that holds until the next.
            var shown = answer.Series.Select(series => new Point(series.Labels, panel.DataSourceType == "loki" ? series.Values.Sum() : series.Values[^1]));
            ExpectedPoint.AssertShown(title, expected, [.. shown]);
        }
    }

    private async Task<IReadOnlyList<string>> LinesAsync(Dictionary<string, string[]> chosen)
    {
        var panel = Dashboard.Pipelines.Panels.Single(panel => panel.Type == "logs");
        return (await demo.Grafana.QueryAsync(Assert.Single(panel.Queries), panel.Width, chosen, demo.Now, s_range)).Lines;
    }

    private async Task<IReadOnlyList<string>> ChoicesAsync(string selector, string label)
    {
        var answer = await demo.Grafana.SendAsync(ProvisionedDataSource.ByUid("obs-prometheus"), $"api/v1/label/{label}/values", ("match[]", selector));
        return [.. answer.GetProperty("data").EnumerateArray().Select(value => value.GetString()!)];
    }

    private static string Describe(JsonElement group) =>
        $"{group.GetProperty("receiver").GetProperty("name").GetString()} {Label(group, LabelNames.Environment)} {Label(group, LabelNames.Source)} {Label(group, LabelNames.Pipeline)}: " +
        string.Join(", ", group.GetProperty("alerts").EnumerateArray().Select(alert => Label(alert, "alertname")).Order(StringComparer.Ordinal));

    private static string Label(JsonElement labelled, string name) => labelled.GetProperty("labels").GetProperty(name).GetString()!;
}
