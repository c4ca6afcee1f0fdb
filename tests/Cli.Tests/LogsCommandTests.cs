using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Observability.TestKit;

namespace Observability.Cli.Tests;

public sealed class LogsCommandTests
{
    private const string Selector = """{environment="prod"}""";

    private static readonly HttpReply s_twoLines = HttpReply.Json("""
        {"status":"success","data":{"resultType":"streams","result":[{"stream":{"environment":"prod","pipeline":"orders"},
         "values":[["1795230002000000000","second \u001b[2J\tline"],["1795230001500000000","first"]]}]}}
        """);

    [Theory]
    [InlineData("text", "2026-11-21T03:00:01.500Z first\n2026-11-21T03:00:02.000Z second  [2J line\n")]
    [InlineData("labels", "2026-11-21T03:00:01.500Z {environment=\"prod\", pipeline=\"orders\"} first\n2026-11-21T03:00:02.000Z {environment=\"prod\", pipeline=\"orders\"} second  [2J line\n")]
    [InlineData("raw", "first\nsecond \u001b[2J\tline\n")]
    [InlineData("ndjson", "{\"time\":\"2026-11-21T03:00:01.5000000Z\",\"labels\":{\"environment\":\"prod\",\"pipeline\":\"orders\"},\"line\":\"first\"}\n{\"time\":\"2026-11-21T03:00:02.0000000Z\",\"labels\":{\"environment\":\"prod\",\"pipeline\":\"orders\"},\"line\":\"second \\u001B[2J\\tline\"}\n")]
    public async Task Lines_are_written_in_the_format_that_was_asked_for(string format, string expected)
    {
        await using var server = await ScriptedHttpServer.StartAsync(s_twoLines);
        var seen = await Terminal.CallAsync(server, "logs", Selector, "--output", format);
        Assert.Equal((ExitCode.Done, expected, ""), (seen.Code, seen.Output, seen.Errors));
    }

    [Fact]
    public async Task A_time_that_is_given_holds_over_since_and_a_full_answer_says_that_there_may_be_more()
    {
        await using var server = await ScriptedHttpServer.StartAsync(s_twoLines);
        var seen = await Terminal.CallAsync(server, "logs", Selector, "--from", "2026-11-21T03:00:00Z", "--to", "1795230100", "--limit", "2");
        Assert.Equal("query=%7Benvironment%3D%22prod%22%7D&limit=2&start=2026-11-21T03%3A00%3A00Z&end=1795230100&direction=backward", server.Requests[0].Text);
        Assert.Contains("the newest 2 lines; there may be more", seen.Errors, StringComparison.Ordinal);
        Assert.Equal(2, seen.Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task The_place_that_a_refusal_names_is_marked_in_the_query()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Error(400, "parse error at line 2, col 3: expected a stage, found 'jsno'\n"));
        var seen = await Terminal.CallAsync(server, "logs", Selector + "\n| jsno");
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.EndsWith("found 'jsno'\n  | jsno\n    ^\n", seen.Errors, StringComparison.Ordinal);
        Assert.Empty(seen.Output);
    }

    [Theory]
    [InlineData("--limit", "0")]
    [InlineData("--limit", "5001")]
    [InlineData("--output", "xml")]
    [InlineData("--to", "1795230100", "--follow")]
    public async Task What_cannot_be_asked_is_an_error_of_the_command_line(params string[] options)
    {
        var seen = await Terminal.CallAsync(["logs", Selector, .. options]);
        Assert.Equal(ExitCode.Usage, seen.Code);
        Assert.NotEmpty(seen.Errors);
    }

    [Theory]
    [InlineData("--output=raw")]
    [InlineData("--json")]
    public async Task Following_writes_new_lines_connects_again_after_a_goodbye_and_ends_when_it_is_told_to(string form)
    {
        await using var server = await TailServer.StartAsync(
            (WebSocketCloseStatus.NormalClosure, "a tail lasts at most 60 minutes", [Message("1795230001000000000", "first"), Message("1795230002000000000", "second")]),
            (WebSocketCloseStatus.NormalClosure, "", [Message("1795230003000000000", "third")]));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var following = ObsctlCommands.RunAsync(["logs", Selector, "-f", form, "--key", "let-me-in", "--url", server.Url.ToString()], output, errors, ending.Token);
        await server.AllTold.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await ending.CancelAsync();

        Assert.Equal(ExitCode.Done, await following);
        Assert.Equal(["first", "second", "third"], Regex.Matches(output.ToString(), "first|second|third").Select(static match => match.Value));
        Assert.Equal("?query=%7Benvironment%3D%22prod%22%7D&limit=100&since=1h", server.Asked[0].Address);
        Assert.Equal("?query=%7Benvironment%3D%22prod%22%7D&limit=5000&start=1795230002000000001", server.Asked[1].Address);
        Assert.All(server.Asked, static asked => Assert.Equal("let-me-in", asked.Key));
    }

    [Fact]
    public async Task A_tail_that_ends_badly_says_why()
    {
        await using var server = await TailServer.StartAsync((WebSocketCloseStatus.InternalServerError, "the log store does not answer", []));
        var seen = await Terminal.CallAsync("logs", Selector, "--follow", "--url", server.Url.ToString());
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.Contains("the log store does not answer", seen.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_cannot_be_followed_is_refused_with_its_reason_and_place()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Error(400, "parse error at line 1, col 14: expected a string\n"), HttpReply.Error(400, "parse error at line 1, col 14: expected a string\n"));
        var seen = await Terminal.CallAsync(server, "logs", "{environment=}", "-f");
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.EndsWith("  {environment=}\n               ^\n", seen.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_a_server_that_is_not_there_has_its_own_code()
    {
        var seen = await Terminal.CallAsync("logs", Selector, "-f", "--url", $"http://127.0.0.1:{FreePorts.Next()}");
        Assert.Equal(ExitCode.Unreachable, seen.Code);
        Assert.Contains("cannot be reached", seen.Errors, StringComparison.Ordinal);
    }

    private static string Message(string time, string line) => $$"""{"streams":[{"stream":{"environment":"prod"},"values":[["{{time}}","{{line}}"]]}]}""";
}
