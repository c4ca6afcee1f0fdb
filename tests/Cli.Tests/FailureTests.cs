using Observability.TestKit;

namespace Observability.Cli.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task The_servers_reason_is_shown_and_the_command_fails()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""{"status":"error","errorType":"bad_data","error":"1:5: unexpected end"}""", 400));
        var seen = await Terminal.CallAsync(server, "query", "sum(");
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.Contains("400: 1:5: unexpected end", seen.Errors, StringComparison.Ordinal);
        Assert.Empty(seen.Output);
    }

    [Fact]
    public async Task Without_the_key_that_is_asked_for_it_says_where_to_put_one()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Error(401));
        var seen = await Terminal.CallAsync(server, "runs");
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.Contains("--key", seen.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_goes_with_every_request()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json("""{"runs":[]}"""));
        var seen = await Terminal.CallAsync(server, "runs", "--key", "let-me-in");
        Assert.Equal(ExitCode.Done, seen.Code);
        Assert.Equal("let-me-in", server.Requests[0].Headers["X-Api-Key"]);
    }

    [Fact]
    public async Task A_server_that_is_not_there_has_its_own_code()
    {
        var seen = await Terminal.CallAsync("runs", "--url", $"http://127.0.0.1:{FreePorts.Next()}");
        Assert.Equal(ExitCode.Unreachable, seen.Code);
        Assert.Contains("cannot be reached", seen.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_something_else_is_no_success()
    {
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Ok("<html>hello</html>"));
        var seen = await Terminal.CallAsync(server, "runs");
        Assert.Equal(ExitCode.Failed, seen.Code);
        Assert.Contains("not JSON", seen.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_passed_through_as_it_came()
    {
        const string Answer = """{"runs":[],"next":"new field"}""";
        await using var server = await ScriptedHttpServer.StartAsync(HttpReply.Json(Answer));
        Assert.Equal(Answer + Environment.NewLine, (await Terminal.CallAsync(server, "runs", "--json")).Output);
    }

    [Theory]
    [InlineData("runs", "--url", "not-a-url")]
    [InlineData("why")]
    [InlineData("report", "--pipeline", "orders")]
    [InlineData("report", "--pipeline", "p", "--environment", "prod", "--run-id", "1", "--status", "exploded")]
    [InlineData("unheard-of")]
    public async Task A_wrong_command_line_is_told_apart_from_a_bad_answer(params string[] arguments)
    {
        var seen = await Terminal.CallAsync(arguments);
        Assert.Equal(ExitCode.Usage, seen.Code);
        Assert.NotEmpty(seen.Errors);
    }
}
