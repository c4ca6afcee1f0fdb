using Observability.TestKit;

namespace Observability.Cli.Tests;

public sealed class QueryCommandTests
{
    private static readonly HttpReply s_matrix = HttpReply.Json("""
        {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},"values":[[1795230000,"1"],[1795230060.5,"0"]]}]}}
        """);

    [Theory]
    [InlineData("text", "up{job=\"a\"} 1 @1795230000\nup{job=\"a\"} 0 @1795230060.5\n")]
    [InlineData("csv", "series,time,value\n\"up{job=\"\"a\"\"}\",2026-11-21T03:00:00.000Z,1\n\"up{job=\"\"a\"\"}\",2026-11-21T03:01:00.500Z,0\n")]
    public async Task A_range_is_asked_with_its_step_and_each_value_has_its_time(string format, string expected)
    {
        await using var server = await ScriptedHttpServer.StartAsync(s_matrix);
        var seen = await Terminal.CallAsync(server, "query", "up", "--from", "2026-11-21T03:00:00Z", "--to", "1795233600", "--output", format);
        Assert.Equal((ExitCode.Done, expected), (seen.Code, seen.Output));
        Assert.Equal("/api/v1/query_range", server.Requests[0].Path);
        Assert.Equal("query=up&start=1795230000&end=1795233600&step=60", server.Requests[0].Text);
    }

    [Fact]
    public async Task Since_is_a_range_that_ends_now()
    {
        await using var server = await ScriptedHttpServer.StartAsync(s_matrix);
        await Terminal.CallAsync(server, "query", "up", "--since", "2h", "--step", "5m");
        var form = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(server.Requests[0].Text);
        Assert.Equal("5m", form["step"]);
        Assert.Equal(7_200, double.Parse(form["end"]!, System.Globalization.CultureInfo.InvariantCulture) - double.Parse(form["start"]!, System.Globalization.CultureInfo.InvariantCulture), 2);
    }

    [Fact]
    public async Task The_place_that_a_refusal_names_is_marked_in_the_query()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected end"}""", 400));
        var seen = await Terminal.CallAsync(server, "query", "sum(");
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.EndsWith("unexpected end\n  sum(\n      ^\n", seen.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--time", "1795230000", "--since", "1h")]
    [InlineData("--since", "soon")]
    [InlineData("--since", "200y")]
    [InlineData("--from", "yesterday")]
    [InlineData("--since", "1h", "--to", "tomorrow")]
    [InlineData("--step", "15s")]
    public async Task What_does_not_fit_together_is_an_error_of_the_command_line(params string[] options)
    {
        var seen = await Terminal.CallAsync(["query", "up", .. options]);
        Assert.Equal(ExitCode.Usage, seen.Code);
        Assert.NotEmpty(seen.Errors);
    }
}
