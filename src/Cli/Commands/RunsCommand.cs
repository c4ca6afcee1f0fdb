using System.CommandLine;
using System.Globalization;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl runs</c>: the last runs, newest first.</summary>
internal static class RunsCommand
{
    private const int DefaultLimit = 20;

    public static Command Create(ConnectionOptions connection)
    {
        var environment = new Option<string?>("--environment") { Description = "Only of this environment." };
        var pipeline = new Option<string?>("--pipeline") { Description = "Only of this pipeline." };
        var source = new Option<string?>("--source") { Description = "Only of this source." };
        var status = new Option<string?>("--status") { Description = "queued, running, succeeded, failed, cancelled, skipped, timed_out or partial." };
        var limit = new Option<int>("--limit") { Description = "Most to show.", DefaultValueFactory = _ => DefaultLimit };
        return connection.Command("runs", "Lists runs, newest first.", [environment, pipeline, source, status, limit], async (parsed, server, cancellationToken) =>
        {
            var address = QueryAddress.Of("api/v1/runs", ("environment", parsed.GetValue(environment)), ("pipeline", parsed.GetValue(pipeline)),
                ("source", parsed.GetValue(source)), ("status", parsed.GetValue(status)), ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)));
            var answer = await server.GetAsync(address, cancellationToken);
            if (connection.WroteJson(parsed, answer))
            {
                return ExitCode.Done;
            }
            var table = new TerminalTable("AT", "STATUS", "ENVIRONMENT", "PIPELINE", "SOURCE", "SECONDS", "ROWS", "ERROR", "RUN");
            foreach (var run in answer.Json().ArrayOf("runs"))
            {
                table.Add(JsonReading.Moment(run.TextOf("ordered_at")), run.TextOf("status"), run.TextOf("environment"), run.TextOf("pipeline"), run.TextOf("source"),
                    run.TextOf("duration_seconds"), run.TextOf("rows"), run.TextOf("error"), run.TextOf("run_id"));
            }
            table.WriteTo(connection.Output);
            return ExitCode.Done;
        });
    }
}
