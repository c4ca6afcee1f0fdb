using Observability.Query.LogQL;
using Observability.Query.PromQL;

namespace Observability.Dashboards.Tests;

public sealed class DashboardFileTests
{
    private static readonly Dictionary<string, string[]> s_everything = [];

    public static TheoryData<string> Panels => [.. Dashboard.Pipelines.Panels.Select(panel => panel.Title)];

    [Fact]
    public void The_dashboard_has_a_row_for_each_question()
    {
        Assert.Equal(["Failing now", "Run results", "Durations against usual", "Rows", "Tests", "Freshness", "Deployments", "Alerts", "Logs"], Dashboard.Pipelines.Rows);
    }

    [Fact]
    public void Ids_and_titles_are_unique()
    {
        Assert.Equal(Dashboard.Pipelines.AllIds.Count, Dashboard.Pipelines.AllIds.Distinct().Count());
        Assert.Equal(Dashboard.Pipelines.Panels.Count, Dashboard.Pipelines.Panels.DistinctBy(panel => panel.Title).Count());
    }

    [Fact]
    public void No_panel_covers_another_or_leaves_the_grid()
    {
        var places = Dashboard.Pipelines.Places().ToList();
        foreach (var (place, index) in places.Select((place, index) => (place, index)))
        {
            Assert.True(place.Left >= 0 && place.Left + place.Width <= 24, $"'{place.Title}' leaves the 24 columns");
            var covered = places.Take(index).FirstOrDefault(other =>
                place.Left < other.Left + other.Width && other.Left < place.Left + place.Width && place.Top < other.Top + other.Height && other.Top < place.Top + place.Height);
            Assert.True(covered.Title is null, $"'{place.Title}' covers '{covered.Title}'");
        }
    }

    [Fact]
    public void Variables_are_environment_team_and_pipeline_and_a_text_to_search()
    {
        Assert.Equal(["environment", "team", "pipeline", "search"], Dashboard.Pipelines.Variables.Select(variable => Dashboard.Text(variable, "name")));
    }

    [Theory]
    [MemberData(nameof(Panels))]
    public void Every_panel_asks_a_data_source_that_is_provisioned(string title)
    {
        var panel = PanelOf(title);
        Assert.Equal(panel.DataSourceType, ProvisionedDataSource.ByUid(panel.DataSourceUid).Type);
        Assert.All(panel.Queries, query => Assert.Equal(panel.DataSourceUid, query.DataSourceUid));
        if (panel.Type == "alertGroups")
        {
            // This panel has no query: it lists what its Alertmanager holds.
            Assert.Equal("alertmanager", panel.DataSourceType);
        }
        else
        {
            Assert.NotEmpty(panel.Queries);
            Assert.All(panel.Queries, query => Assert.NotEmpty(query.Expression));
        }
    }

    [Theory]
    [MemberData(nameof(Panels))]
    public void Every_panel_of_numbers_says_their_unit(string title)
    {
        var panel = PanelOf(title);
        Assert.True(panel.Type is "logs" or "alertGroups" || panel.Unit.Length > 0, $"'{title}' shows numbers without a unit");
    }

    [Theory]
    [MemberData(nameof(Panels))]
    public void Every_expression_is_in_the_language_of_its_data_source(string title)
    {
        foreach (var query in PanelOf(title).Queries)
        {
            var expression = Variables.Replace(query.Expression, s_everything, BuiltInVariables.AllOf("5m"));
            if (PanelOf(title).DataSourceType == "prometheus")
            {
                PromQLParser.Parse(expression);
            }
            else
            {
                LogQLParser.Parse(expression);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Panels))]
    public void Every_expression_follows_the_environment_and_the_pipeline_that_are_chosen(string title)
    {
        foreach (var query in PanelOf(title).Queries)
        {
            Assert.Contains("environment=~\"$environment\"", query.Expression, StringComparison.Ordinal);
            Assert.Contains("pipeline=~\"$pipeline\"", query.Expression, StringComparison.Ordinal);
        }
    }

    private static Panel PanelOf(string title) => Dashboard.Pipelines.Panels.Single(panel => panel.Title == title);
}
