using System.Globalization;
using System.Text.Json;
using Observability.Telemetry;

namespace Observability.Portal.Tests.Api;

/// <summary>What Grafana's Logs Drilldown asks, in the shapes of Loki 3.5's HTTP API.</summary>
public sealed class LokiDetectionTests(LokiDetectionTests.SixLines portal) : IClassFixture<LokiDetectionTests.SixLines>
{
    [Fact]
    public async Task Labels_are_counted_by_their_values_among_the_streams_asked_for()
    {
        Assert.Equal(
            """{"detectedLabels":[{"label":"environment","cardinality":1},{"label":"level","cardinality":2},{"label":"pipeline","cardinality":2},{"label":"source","cardinality":1}]}""",
            await portal.World.OkAsync("/loki/api/v1/detected_labels"));
        Assert.Equal(
            """{"detectedLabels":[{"label":"environment","cardinality":1},{"label":"level","cardinality":1},{"label":"pipeline","cardinality":1},{"label":"source","cardinality":1}]}""",
            await portal.World.OkAsync("/loki/api/v1/detected_labels?query={pipeline=\"refunds\"}"));
    }

    [Fact]
    public async Task Fields_have_a_type_the_number_of_their_values_and_the_parser_that_finds_them()
    {
        using var json = await portal.World.JsonAsync("/loki/api/v1/detected_fields?query={pipeline=\"orders_daily\"}");
        Assert.Equal(1000, json.RootElement.GetProperty("limit").GetInt32());
        Assert.Equal(
            [
                """{"label":"http_status","type":"int","cardinality":1,"parsers":["json"],"jsonPath":["http","status"]}""",
                """{"label":"level_extracted","type":"string","cardinality":1,"parsers":["logfmt"]}""",
                """{"label":"ok","type":"boolean","cardinality":1,"parsers":["json"],"jsonPath":["ok"]}""",
                """{"label":"ratio","type":"float","cardinality":1,"parsers":["json"],"jsonPath":["ratio"]}""",
                """{"label":"rows","type":"int","cardinality":2,"parsers":["json","logfmt"],"jsonPath":["rows"]}""",
                """{"label":"run_id","type":"int","cardinality":1,"parsers":null}""",
                """{"label":"severity_number","type":"int","cardinality":1,"parsers":null}""",
                """{"label":"size","type":"bytes","cardinality":1,"parsers":["logfmt"]}""",
                """{"label":"took","type":"duration","cardinality":2,"parsers":["json","logfmt"],"jsonPath":["took"]}""",
                """{"label":"user","type":"string","cardinality":1,"parsers":["json"],"jsonPath":["user"]}""",
            ],
            json.RootElement.GetProperty("fields").EnumerateArray().Select(static field => field.GetRawText()));
    }

    [Fact]
    public async Task What_the_query_parses_itself_needs_no_parser_and_limits_hold()
    {
        using var parsed = await portal.World.JsonAsync("/loki/api/v1/detected_fields?query={pipeline=\"orders_daily\"} | logfmt | rows=\"20\" | keep rows");
        using var limited = await portal.World.JsonAsync("/loki/api/v1/detected_fields?query={pipeline=\"orders_daily\"}&limit=2");
        using var newest = await portal.World.JsonAsync("/loki/api/v1/detected_fields?query={pipeline=\"orders_daily\"}&line_limit=1");
        Assert.Equal("""[{"label":"rows","type":"int","cardinality":1,"parsers":null}]""", parsed.RootElement.GetProperty("fields").GetRawText());
        Assert.Equal(2, limited.RootElement.GetProperty("fields").GetArrayLength());
        Assert.Equal(2, limited.RootElement.GetProperty("limit").GetInt32());
        Assert.DoesNotContain("json", newest.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_of_a_field_come_newest_first_and_each_once()
    {
        Assert.Equal("""{"values":["2s","1.5s"],"limit":1000}""", await portal.World.OkAsync("/loki/api/v1/detected_field/took/values?query={pipeline=\"orders_daily\"}"));
        Assert.Equal("""{"values":["2s"],"limit":1}""", await portal.World.OkAsync("/loki/api/v1/detected_field/took/values?query={pipeline=\"orders_daily\"}&limit=1"));
        Assert.Equal("""{"values":[],"limit":1000}""", await portal.World.OkAsync("/loki/api/v1/detected_field/none/values?query={pipeline=\"orders_daily\"}"));
    }

    [Fact]
    public async Task Shapes_of_lines_are_counted_by_step_and_each_finds_its_lines_as_a_filter()
    {
        var start = PortalWorld.Now.AddHours(-1).ToUnixTimeSeconds();
        var range = string.Create(CultureInfo.InvariantCulture, $"start={start}&end={start + 3601}");
        using var json = await portal.World.JsonAsync($"/loki/api/v1/patterns?query={{pipeline=\"refunds\"}}&{range}&step=60");
        Assert.Equal("success", json.RootElement.GetProperty("status").GetString());
        var minute = PortalWorld.Now.AddMinutes(-5).ToUnixTimeSeconds();
        Assert.Equal(
            [
                $$"""{"pattern":"refund <_> of <_> failed","samples":[[{{minute - 60}},1],[{{minute}},2]]}""",
                $$"""{"pattern":"all done","samples":[[{{minute}},1]]}""",
            ],
            json.RootElement.GetProperty("data").EnumerateArray().Select(static pattern => pattern.GetRawText()));

        foreach (var pattern in json.RootElement.GetProperty("data").EnumerateArray())
        {
            var query = Uri.EscapeDataString($"{{pipeline=\"refunds\"}} |> {JsonSerializer.Serialize(pattern.GetProperty("pattern").GetString(), s_plain)}");
            using var lines = await portal.World.JsonAsync($"/loki/api/v1/query_range?query={query}&{range}");
            Assert.Equal(
                pattern.GetProperty("samples").EnumerateArray().Sum(static sample => sample[1].GetInt32()),
                lines.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Sum(static stream => stream.GetProperty("values").GetArrayLength()));
        }
    }

    [Fact]
    public async Task The_limits_that_Drilldown_asks_for_are_those_that_hold()
    {
        using var json = await portal.World.JsonAsync("/loki/api/v1/drilldown-limits");
        var limits = json.RootElement.GetProperty("limits");
        Assert.Equal((5000, 500, "60s"), (limits.GetProperty("max_entries_limit_per_query").GetInt32(), limits.GetProperty("max_query_series").GetInt32(), limits.GetProperty("query_timeout").GetString()));
        Assert.True(limits.GetProperty("volume_enabled").GetBoolean());
        Assert.True(json.RootElement.GetProperty("pattern_ingester_enabled").GetBoolean());
        Assert.Equal("3.5.0", json.RootElement.GetProperty("version").GetString());
    }

    [Fact]
    public async Task A_query_is_formatted_and_a_wrong_one_refused_in_Lokis_shape()
    {
        using var formatted = await portal.World.JsonAsync("/loki/api/v1/format_query?query={a=\"b\"}|=\"x\"|json");
        Assert.Equal("{a=\"b\"} |= \"x\" | json", formatted.RootElement.GetProperty("data").GetString());
        using var refused = JsonDocument.Parse(await portal.World.RefusalAsync("/loki/api/v1/format_query?query={a=\"b\"} |="));
        Assert.Equal("invalid-query", refused.RootElement.GetProperty("status").GetString());
        Assert.StartsWith("parse error at line 1, col 9", refused.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("detected_fields?query=sum(rate({a=\"b\"}[1m]))", "the query gives numbers")]
    [InlineData("detected_fields?query={a=\"b\"}&line_limit=x", "line_limit is 'x'; expected 1 to 5000")]
    [InlineData("detected_labels?query={a=\"b\"} | json", "not a plain stream selector")]
    [InlineData("patterns?query={a=\"b\"}&step=soon", "step is 'soon'; expected seconds or a duration")]
    [InlineData("patterns", "query is missing")]
    public async Task What_is_no_question_is_400_and_says_what_was_expected(string address, string expected)
    {
        Assert.Contains(expected, await portal.World.RefusalAsync($"/loki/api/v1/{address}"), StringComparison.Ordinal);
    }

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static LogRecord Refund(int minutes, string line) => ListLogSource.Line(PortalWorld.Now.AddMinutes(minutes), line, pipeline: "refunds", severity: 17);

    public sealed class SixLines() : SharedPortal(
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-20), """{"user":"ana","took":"1.5s","rows":10,"ok":true,"ratio":0.5,"http":{"status":200}}"""),
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-10), "level=info rows=20 size=10KB took=2s"),
        Refund(-6, "refund 1 of 2026-11-21 failed"),
        Refund(-5, "refund 2 of 2026-11-21 failed"),
        Refund(-5, "refund 3 of 2026-11-22 failed"),
        Refund(-5, "all done"));
}
