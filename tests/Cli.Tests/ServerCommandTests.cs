using System.Text.Json.Nodes;
using Observability.TestKit;

namespace Observability.Cli.Tests;

public sealed class ServerCommandTests
{
    [Fact]
    public async Task Notices_are_listed_in_rows()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""
            [{"id":"n1","receiver":"prod","channel":"slack","environment":"prod","status":"delivered","kind":"firing","at":"2026-11-21T03:00:05Z",
              "alerts":[{"labels":{"alertname":"PipelineRunFailed","pipeline":"orders"}}]}]
            """));
        var seen = await Terminal.CallAsync(server, "notices", "--receiver", "prod", "--limit", "5");
        Assert.Equal(ExitCode.Done, seen.Code);
        Assert.Contains("2026-11-21 03:00:05Z", seen.Output, StringComparison.Ordinal);
        Assert.Contains("PipelineRunFailed orders", seen.Output, StringComparison.Ordinal);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/api/v1/notices", request.Path);
        Assert.Equal("?receiver=prod&limit=5", request.Query);
    }

    [Theory]
    [InlineData("""[{"integration":"slack[0]","outcome":"delivered","detail":""}]""", ExitCode.Done)]
    [InlineData("""{"receiver":"prod","outcomes":[{"channel":"email","outcome":"Delivered"}]}""", ExitCode.Done)]
    [InlineData("""[{"integration":"slack[0]","outcome":"delivered"},{"integration":"email[0]","outcome":"refused","detail":"550 no such user"}]""", ExitCode.Failed)]
    [InlineData("[]", ExitCode.Failed)]
    public async Task A_test_succeeds_only_when_every_integration_delivered_it(string answer, int code)
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json(answer));
        var seen = await Terminal.CallAsync(server, "test-receiver", "prod");
        Assert.Equal(code, seen.Code);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/api/v1/notices/test"), (request.Method, request.Path));
        Assert.Equal("""{"receiver":"prod"}""", request.Text);
    }

    [Fact]
    public async Task Why_shows_the_steps_and_both_sides()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""
            {"alert":"00f1","state":"firing","labels":{"alertname":"PipelineRunFailed","environment":"prod"},"steps":[{"stage":"rule","passed":true,"reason":"pipeline_last_run_failed is 1"}],
             "told":[{"receiver":"prod","stage":"told","reason":"route environment=prod","intents":[]}],"not_told":[{"receiver":"dev","stage":"route","reason":"no route leads there","intents":[]}]}
            """));
        var seen = await Terminal.CallAsync(server, "why", "00f1");
        Assert.Equal("?alert=00f1", server.Requests[0].Query);
        Assert.Contains("""{alertname="PipelineRunFailed", environment="prod"} is firing""", seen.Output, StringComparison.Ordinal);
        Assert.Contains("told: prod", seen.Output, StringComparison.Ordinal);
        Assert.Contains("not told: dev", seen.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_listed_and_control_characters_of_senders_are_not_obeyed()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""
            {"runs":[{"ordered_at":"2026-11-21T03:00:00Z","status":"failed","environment":"prod","pipeline":"orders","source":"dbt","duration_seconds":12.5,"error":"\u001b[2Jboom\nline two","run_id":"7"}]}
            """));
        var seen = await Terminal.CallAsync(server, "runs", "--environment", "prod", "--status", "failed");
        Assert.Contains("boom line two", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', seen.Output);
        Assert.Equal("?environment=prod&status=failed&limit=20", server.Requests[0].Query);
    }

    [Fact]
    public async Task A_query_prints_each_series_with_its_value()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""
            {"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"pipeline_last_run_failed","pipeline":"orders"},"value":[1795230000,"1"]}]}}
            """));
        var seen = await Terminal.CallAsync(server, "query", "pipeline_last_run_failed == 1");
        Assert.Equal("pipeline_last_run_failed{pipeline=\"orders\"} 1\n", seen.Output);
        Assert.Equal("query=pipeline_last_run_failed+%3D%3D+1", server.Requests[0].Text);
    }

    [Fact]
    public async Task Log_lines_are_printed_oldest_first()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""
            {"status":"success","data":{"resultType":"streams","result":[{"stream":{"environment":"prod"},"values":[["1795230002000000000","second"],["1795230001000000000","first"]]},
             {"stream":{"environment":"prod","pipeline":"orders"},"values":[["1795230003000000000","third",{"structuredMetadata":{}}]]}]}}
            """));
        var seen = await Terminal.CallAsync(server, "logs", """{environment="prod"}""", "--since", "2h");
        Assert.Equal(["first", "second", "third"], seen.Output.TrimEnd().Split('\n').Select(line => line[(line.LastIndexOf(' ') + 1)..]));
        Assert.Contains("since=2h", server.Requests[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_posted_as_our_run_json()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("{}", 202));
        var seen = await Terminal.CallAsync(server, "report", "--pipeline", "orders", "--environment", "prod", "--status", "failed", "--run-id", "7", "--error", "no space",
            "--rows", "12", "--started-at", "2026-11-21T03:00:00Z");
        Assert.Equal(ExitCode.Done, seen.Code);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/webhooks/run", request.Path);
        var expected = JsonNode.Parse("""
            {"source":"cron","pipeline":"orders","environment":"prod","status":"failed","run_id":"7","error":"no space","rows":12,"started_at":"2026-11-21T03:00:00+00:00"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(request.Text)), request.Text);
    }
}
