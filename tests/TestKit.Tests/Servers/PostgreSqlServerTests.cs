namespace Observability.TestKit.Tests.Servers;

public sealed class PostgreSqlServerTests
{
    [Fact]
    public async Task A_server_answers_dies_and_comes_back_with_what_was_committed()
    {
        await using var server = await PostgreSqlServer.StartOwnAsync(TestContext.Current.CancellationToken).OrSkipAsync();
        await SqlAsync(server, "create table kept (n int); insert into kept values (42)");

        await server.Kill9Async();
        Assert.NotEqual(0, (await PsqlAsync(server, "select 1")).ExitCode);

        await server.RestartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("42", await SqlAsync(server, "select n from kept"));

        await server.StopAsync();
        Assert.NotEqual(0, (await PsqlAsync(server, "select 1")).ExitCode);
    }

    private static async Task<string> SqlAsync(PostgreSqlServer server, string sql)
    {
        var (exitCode, output) = await PsqlAsync(server, sql);
        Assert.True(exitCode == 0, output);
        return output.Trim();
    }

    private static Task<(int ExitCode, string Output)> PsqlAsync(PostgreSqlServer server, string sql) =>
        ChildProcess.RunAsync(
            new ProgramStart("psql", "-h", "127.0.0.1", "-p", $"{server.Port}", "-U", "postgres", "-Atqc", sql, "postgres"), TimeSpan.FromSeconds(30));
}
