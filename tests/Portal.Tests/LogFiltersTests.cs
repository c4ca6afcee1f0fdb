using FsCheck;
using FsCheck.Fluent;
using Observability.Portal.Pages;
using Observability.Query.LogQL;
using Observability.Portal.Wording;

namespace Observability.Portal.Tests;

/// <summary>A query as conditions that can be dropped one by one.</summary>
public sealed class LogFiltersTests
{
    [Fact]
    public void Every_condition_says_what_it_asks_for()
    {
        var filters = LogFilters.Of("""{environment="prod", pipeline=~"orders.*"} |= "fct_orders" != "retry" | json | status="500" | took > 10s""");

        Assert.Equal(
            [("environment", "prod"), ("pipeline", "like orders.*"), ("contains", "fct_orders"), ("without", "retry"), ("status", "500"), ("where", "took > 10s")],
            filters.All.Select(filter => (filter.Word, filter.Value)));
        Assert.Equal(["fct_orders"], filters.Texts);
    }

    [Fact]
    public void Without_a_condition_the_rest_of_the_query_stays()
    {
        var filters = LogFilters.Of("""{environment="prod", pipeline="orders"} |= "failed" """);

        Assert.Equal(
            ["""{pipeline="orders"} |= "failed" """.Trim(), """{environment="prod"} |= "failed" """.Trim(), """{environment="prod", pipeline="orders"}"""],
            filters.All.Select(filter => filter.Without));
    }

    [Fact]
    public void The_last_condition_gives_way_to_every_line()
    {
        Assert.Equal("""{environment=~".+"}""", Assert.Single(LogFilters.Of("""{pipeline="orders"}""").All).Without);
        Assert.Empty(LogFilters.Of("""{environment=~".+"}""").All);
    }

    [Theory]
    [InlineData("{environment=}")]
    [InlineData("count_over_time({environment=\"prod\"}[5m])")]
    [InlineData("")]
    public void What_cannot_be_read_or_shows_numbers_has_no_conditions(string query)
    {
        Assert.Empty(LogFilters.Of(query).All);
        Assert.Null(LogFilters.Of(query).Unfiltered);
    }

    [Fact]
    public void Dropping_any_condition_of_any_query_leaves_a_query()
    {
        var text = Gen.Elements("prod", "a \"b\"", "back\\slash", "new\nline", "{}|", "ü");
        var matcher = from name in Gen.Elements("environment", "pipeline", "team") from comparison in Gen.Elements("=", "!=") from value in text select $", {name}{comparison}{Links.Quote(value)}";
        var stage = from begin in Gen.Elements("|=", "!=", "| json | note=") from value in text select $" {begin} {Links.Quote(value)}";
        var query = from matchers in matcher.ListOf() from stages in stage.ListOf() select $"{{source=\"dbt\"{string.Concat(matchers)}}}{string.Concat(stages)}";

        Prop.ForAll(query.ToArbitrary(), asked => Assert.All(LogFilters.Of(asked).All, filter => LogQLParser.Parse(filter.Without))).QuickCheckThrowOnFailure();
    }
}
