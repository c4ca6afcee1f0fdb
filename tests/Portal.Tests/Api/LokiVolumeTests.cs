using System.Globalization;

namespace Observability.Portal.Tests.Api;

/// <summary><c>index/stats</c>, <c>index/volume</c> and <c>index/volume_range</c> over three lines of 5, 7 and 3 bytes.</summary>
public sealed class LokiVolumeTests(LokiVolumeTests.ThreeLines portal) : IClassFixture<LokiVolumeTests.ThreeLines>
{
    private const string Everything = "{source=\"dbt\"}";

    [Fact]
    public async Task Stats_count_streams_lines_and_bytes_of_the_selector()
    {
        Assert.Equal("""{"streams":2,"chunks":0,"bytes":15,"entries":3}""", await portal.World.OkAsync($"/loki/api/v1/index/stats?query={Everything}"));
        Assert.Equal("""{"streams":1,"chunks":0,"bytes":3,"entries":1}""", await portal.World.OkAsync("/loki/api/v1/index/stats?query={pipeline=\"refunds\"}"));
        Assert.Equal("""{"streams":0,"chunks":0,"bytes":0,"entries":0}""", await portal.World.OkAsync("/loki/api/v1/index/stats?query={pipeline=\"none\"}"));
    }

    [Theory]
    [InlineData("query={pipeline=~\".%2B\"}", """{pipeline="orders_daily"} 12; {pipeline="refunds"} 3""")]
    [InlineData("query={source=\"dbt\"}", """{source="dbt"} 15""")]
    [InlineData("query={source=\"dbt\"}&targetLabels=pipeline,environment", """{environment="prod", pipeline="orders_daily"} 12; {environment="prod", pipeline="refunds"} 3""")]
    [InlineData("query={source=\"dbt\"}&targetLabels=pipeline&limit=1", """{pipeline="orders_daily"} 12""")]
    [InlineData("query={source=\"dbt\"}&aggregateBy=labels&targetLabels=pipeline,none", """{pipeline=""} 15""")]
    [InlineData("query={pipeline=\"refunds\"}&aggregateBy=labels", """{environment=""} 3; {level=""} 3; {pipeline=""} 3; {source=""} 3""")]
    [InlineData("query={source=\"dbt\"}&aggregateBy=labels&limit=2", """{environment=""} 15; {level=""} 15""")]
    public async Task A_volume_is_the_bytes_by_the_labels_asked_for(string parameters, string expected)
    {
        using var json = await portal.World.JsonAsync($"/loki/api/v1/index/volume?{parameters}");
        Assert.Equal("vector", json.RootElement.GetProperty("data").GetProperty("resultType").GetString());
        Assert.Equal(expected, string.Join("; ", json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(LokiShapes.Sample)));
    }

    [Fact]
    public async Task A_volume_over_time_has_a_value_for_each_step_that_holds_lines()
    {
        var start = PortalWorld.Now.AddHours(-1).ToUnixTimeSeconds();
        using var json = await portal.World.JsonAsync(string.Create(CultureInfo.InvariantCulture, $"/loki/api/v1/index/volume_range?query={Everything}&targetLabels=pipeline&start={start}&end={start + 3600}&step=600"));
        Assert.Equal("matrix", json.RootElement.GetProperty("data").GetProperty("resultType").GetString());
        Assert.Equal(
            [$$"""{pipeline="orders_daily"} 5@{{start + 2400}} 7@{{start + 3000}}""", $$"""{pipeline="refunds"} 3@{{start + 3600}}"""],
            json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(LokiShapes.Series));
    }

    [Theory]
    [InlineData("stats?query={source=\"dbt\"} |= \"x\"", "not a plain stream selector")]
    [InlineData("stats?query={source=}", "line 1, col 9")]
    [InlineData("volume?query=sum(rate({a=\"b\"}[1m]))", "not a plain stream selector")]
    [InlineData("volume?query={source=\"dbt\"}&aggregateBy=streams", "aggregateBy is 'streams'; expected series or labels")]
    [InlineData("volume?query={source=\"dbt\"}&limit=0", "limit is '0'; expected 1 or more")]
    [InlineData("volume?query={source=\"dbt\"}&targetLabels=a-b", "'a-b' is not the name of a label")]
    [InlineData("volume_range?query={source=\"dbt\"}&step=0", "step is '0'")]
    public async Task What_is_no_question_about_volume_is_400_and_says_what_was_expected(string address, string expected)
    {
        Assert.Contains(expected, await portal.World.RefusalAsync($"/loki/api/v1/index/{address}"), StringComparison.Ordinal);
    }

    public sealed class ThreeLines() : SharedPortal(
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-20), "12345"),
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-10), "1234ü6"),
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-5), "abc", pipeline: "refunds"));
}
