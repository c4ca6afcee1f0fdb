using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl report</c>: reports a run, for a job that nothing else reports: the last line of a cron script.</summary>
internal static class ReportCommand
{
    private static readonly string[] s_statuses = ["queued", "running", "succeeded", "failed", "cancelled", "skipped", "timed_out", "partial"];

    public static Command Create(ConnectionOptions connection)
    {
        var pipeline = new Option<string>("--pipeline") { Required = true, Description = "What ran." };
        var environment = new Option<string>("--environment") { Required = true, Description = "Where it ran, as environments.yaml names it." };
        var status = new Option<string>("--status") { Required = true, Description = string.Join(", ", s_statuses) };
        status.AcceptOnlyFromAmong(s_statuses);
        var runId = new Option<string>("--run-id") { Required = true, Description = "The same for every report of one run." };
        var source = new Option<string>("--source") { Description = "The system it ran on.", DefaultValueFactory = _ => "cron" };
        var task = new Option<string?>("--task") { Description = "When the report is of one task of the run." };
        var runUrl = new Option<string?>("--run-url") { Description = "Where a person can see the run." };
        var error = new Option<string?>("--error") { Description = "What went wrong." };
        var rows = new Option<long?>("--rows") { Description = "Rows written." };
        var commit = new Option<string?>("--commit") { Description = "Of the code that ran." };
        var owner = new Option<string?>("--owner") { Description = "A hint; owners.yaml decides." };
        var startedAt = new Option<DateTimeOffset?>("--started-at") { Description = "RFC 3339.", CustomParser = Moment };
        var finishedAt = new Option<DateTimeOffset?>("--finished-at") { Description = "RFC 3339.", CustomParser = Moment };
        return connection.Command("report", "Reports a run.", [pipeline, environment, status, runId, source, task, runUrl, error, rows, commit, owner, startedAt, finishedAt],
            async (parsed, server, cancellationToken) =>
            {
                var run = new ReportedRun
                {
                    Source = parsed.GetValue(source)!,
                    Pipeline = parsed.GetValue(pipeline)!,
                    Environment = parsed.GetValue(environment)!,
                    Status = parsed.GetValue(status)!,
                    RunId = parsed.GetValue(runId)!,
                    Task = parsed.GetValue(task),
                    Url = parsed.GetValue(runUrl),
                    Error = parsed.GetValue(error),
                    Rows = parsed.GetValue(rows),
                    Commit = parsed.GetValue(commit),
                    Owner = parsed.GetValue(owner),
                    StartedAt = parsed.GetValue(startedAt),
                    FinishedAt = parsed.GetValue(finishedAt),
                };
                var answer = await server.PostJsonAsync("webhooks/run", JsonSerializer.Serialize(run, CliJson.Default.ReportedRun), cancellationToken);
                if (!connection.WroteJson(parsed, answer))
                {
                    await connection.Output.WriteLineAsync($"reported: {run.Pipeline} {run.Status} in {run.Environment}");
                }
                return ExitCode.Done;
            });
    }

    private static DateTimeOffset? Moment(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }
        result.AddError($"'{text}' is no time; expected RFC 3339, as 2026-11-21T03:00:00Z");
        return null;
    }
}
