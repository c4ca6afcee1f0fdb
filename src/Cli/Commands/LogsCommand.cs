using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl logs EXPR</c>: log lines that a LogQL expression selects, oldest first as in a file.</summary>
internal static class LogsCommand
{
    private const int DefaultLimit = 100;

    public static Command Create(ConnectionOptions connection)
    {
        var expression = new Argument<string>("expression") { Description = "LogQL: a stream selector and what follows it." };
        var since = new Option<string>("--since") { Description = "How far back, as 30m, 24h or 7d.", DefaultValueFactory = _ => "1h" };
        var limit = new Option<int>("--limit") { Description = "Most lines to show; the newest.", DefaultValueFactory = _ => DefaultLimit };
        return connection.Command("logs", "Shows log lines.", [expression, since, limit], async (parsed, server, cancellationToken) =>
        {
            var form = new Dictionary<string, string>
            {
                ["query"] = parsed.GetValue(expression)!,
                ["since"] = parsed.GetValue(since)!,
                ["limit"] = parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture),
                ["direction"] = "backward",
            };
            var answer = await server.PostFormAsync("loki/api/v1/query_range", form, cancellationToken);
            if (connection.WroteJson(parsed, answer))
            {
                return ExitCode.Done;
            }
            var streams = answer.Json().Find("data")?.ArrayOf("result") ?? [];
            foreach (var (time, line) in streams.SelectMany(LinesOf).OrderBy(static line => line.Nanoseconds))
            {
                await connection.Output.WriteLineAsync($"{Moment(time)} {TerminalText.OneLine(line)}");
            }
            return ExitCode.Done;
        });
    }

    // A line is ["nanoseconds", "text"], and with structured metadata a third member; a metric query has "values" of numbers, which are shown as they are.
    private static IEnumerable<(long Nanoseconds, string Line)> LinesOf(JsonElement stream)
    {
        foreach (var value in stream.ArrayOf("values"))
        {
            yield return value[0].ValueKind == JsonValueKind.String
                ? (long.Parse(value[0].GetString()!, CultureInfo.InvariantCulture), value[1].GetString()!)
                : ((long)(value[0].GetDouble() * 1e9), $"{(stream.Find("metric") is { } labels ? labels.Labels() : "{}")} {value[1].GetString()}");
        }
    }

    private static string Moment(long nanoseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(nanoseconds / 1_000_000).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
