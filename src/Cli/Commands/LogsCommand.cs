using System.CommandLine;
using System.Globalization;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl logs EXPR</c>: log lines that a LogQL expression selects, oldest first as in a file; with <c>--follow</c> new ones until it is ended.</summary>
internal static class LogsCommand
{
    private const int DefaultLimit = 100;

    /// <summary>The server's own; an export gives more.</summary>
    private const int MaximumLimit = 5_000;

    /// <summary>A server that says goodbye at once, again and again, is not asked in a tight loop.</summary>
    private static readonly TimeSpan s_betweenTails = TimeSpan.FromSeconds(1);

    public static Command Create(ConnectionOptions connection)
    {
        var expression = new Argument<string>("expression") { Description = "LogQL: a stream selector and what follows it." };
        var since = new Option<string>("--since") { Description = "How far back, as 30m, 24h or 7d.", DefaultValueFactory = _ => "1h" };
        var from = new Option<string?>("--from") { Description = "RFC 3339 or Unix seconds; instead of --since." };
        var to = new Option<string?>("--to") { Description = "RFC 3339 or Unix seconds; now when not given." };
        var limit = new Option<int>("--limit") { Description = $"Most lines to show, the newest; {MaximumLimit} at most.", DefaultValueFactory = _ => DefaultLimit };
        limit.Validators.Add(result =>
        {
            if (result.GetValue(limit) is < 1 or > MaximumLimit)
            {
                result.AddError($"--limit is {result.GetValue(limit)}; expected 1 to {MaximumLimit}; /api/v1/logs/export gives more");
            }
        });
        var follow = new Option<bool>("--follow", "-f") { Description = "Goes on with new lines as they are written, until Ctrl C." };
        var format = new Option<LogFormat>("--output", "-o") { Description = "text, labels (with the labels of each line), raw (the line alone) or ndjson.", DefaultValueFactory = _ => LogFormat.Text };
        var command = connection.Command("logs", "Shows log lines.", [expression, since, from, to, limit, follow, format], async (parsed, server, cancellationToken) =>
        {
            var question = new Dictionary<string, string> { ["query"] = parsed.GetValue(expression)!, ["limit"] = parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture) };
            Add(question, "start", parsed.GetValue(from));
            Add(question, "end", parsed.GetValue(to));
            if (parsed.GetValue(from) is not { Length: > 0 })
            {
                question["since"] = parsed.GetValue(since)!;
            }
            try
            {
                var lines = new LogLineWriter(connection.Output, parsed.GetValue(format));
                return parsed.GetValue(follow)
                    ? await FollowAsync(connection, parsed, server, question, lines, cancellationToken)
                    : await ShowAsync(connection, parsed, server, question, lines, cancellationToken);
            }
            catch (ServerRefusedException exception)
            {
                throw new ServerRefusedException(QueryMark.Under(exception.Message, parsed.GetValue(expression)!), exception.ExitCode);
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(follow) && result.GetValue(to) is not null)
            {
                result.AddError("--follow goes on until Ctrl C and --to ends; give one of them");
            }
        });
        return command;
    }

    private static async Task<int> ShowAsync(ConnectionOptions connection, ParseResult parsed, ServerConnection server, Dictionary<string, string> question, LogLineWriter writer, CancellationToken cancellationToken)
    {
        question["direction"] = "backward";
        var answer = await server.PostFormAsync("loki/api/v1/query_range", question, cancellationToken);
        if (connection.WroteJson(parsed, answer))
        {
            return ExitCode.Done;
        }
        var data = answer.Json().Find("data");
        var lines = LogLine.Of(data?.ArrayOf("result") ?? []);
        await writer.WriteAsync(lines);
        if (data?.TextOf("resultType") == "streams" && lines.Count.ToString(CultureInfo.InvariantCulture) == question["limit"])
        {
            // Beside the lines, so that a program that reads them gets nothing else.
            await connection.Errors.WriteLineAsync($"the newest {lines.Count} lines; there may be more: --limit, --since or a narrower query");
        }
        return ExitCode.Done;
    }

    private static async Task<int> FollowAsync(ConnectionOptions connection, ParseResult parsed, ServerConnection server, Dictionary<string, string> question, LogLineWriter writer, CancellationToken cancellationToken)
    {
        var newest = 0L;
        try
        {
            // The server ends a tail after an hour; the next one begins behind the last line, and takes all that was written meanwhile.
            while (await server.TryFollowAsync(AddressOf(question), TakeAsync, cancellationToken))
            {
                if (newest > 0)
                {
                    question.Remove("since");
                    question["start"] = (newest + 1).ToString(CultureInfo.InvariantCulture);
                    question["limit"] = MaximumLimit.ToString(CultureInfo.InvariantCulture);
                }
                await Task.Delay(s_betweenTails, TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl C is how following ends.
            return ExitCode.Done;
        }
        // It would not follow; asked without a WebSocket it says why.
        await server.GetAsync(AddressOf(question), cancellationToken);
        throw new ServerRefusedException("the server does not follow lines; something between here and there lets no WebSocket through", ExitCode.Failed);

        async Task TakeAsync(string message)
        {
            var answer = new ServerAnswer(message);
            var lines = LogLine.Of(answer.Json().ArrayOf("streams"));
            newest = Math.Max(newest, lines.Count > 0 ? lines[^1].Nanoseconds : 0);
            if (connection.WroteJson(parsed, answer))
            {
                await connection.Output.FlushAsync(cancellationToken);
                return;
            }
            await writer.WriteAsync(lines);
        }
    }

    private static string AddressOf(Dictionary<string, string> question) => QueryAddress.Of("loki/api/v1/tail", question.Select(static pair => (pair.Key, (string?)pair.Value)));

    private static void Add(Dictionary<string, string> question, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            question[name] = value;
        }
    }
}
