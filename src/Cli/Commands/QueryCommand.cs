using System.CommandLine;
using System.Text.Json;
using Observability.Cli.Speaking;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl query EXPR</c>: a PromQL expression at one time.</summary>
internal static class QueryCommand
{
    public static Command Create(ConnectionOptions connection)
    {
        var expression = new Argument<string>("expression") { Description = "PromQL." };
        var time = new Option<string?>("--time") { Description = "Unix seconds or RFC 3339; now when not given." };
        return connection.Command("query", "Evaluates a PromQL expression.", [expression, time], async (parsed, server, cancellationToken) =>
        {
            var form = new Dictionary<string, string> { ["query"] = parsed.GetValue(expression)! };
            if (parsed.GetValue(time) is { Length: > 0 } moment)
            {
                form["time"] = moment;
            }
            var answer = await server.PostFormAsync("api/v1/query", form, cancellationToken);
            if (connection.WroteJson(parsed, answer))
            {
                return ExitCode.Done;
            }
            if (answer.Json().Find("data") is { } data && data.Find("result") is { } result)
            {
                await WriteAsync(connection.Output, data.TextOf("resultType"), result);
            }
            return ExitCode.Done;
        });
    }

    private static async Task WriteAsync(TextWriter output, string kind, JsonElement result)
    {
        if (kind is "scalar" or "string")
        {
            await output.WriteLineAsync(TerminalText.OneLine(ValueOf(result)));
            return;
        }
        foreach (var series in result.Elements())
        {
            var values = series.Find("value") is { } one ? [ValueOf(one)] : series.ArrayOf("values").Select(static pair => $"{ValueOf(pair)} @{pair[0].GetRawText()}");
            foreach (var value in values)
            {
                await output.WriteLineAsync($"{(series.Find("metric") is { } labels ? labels.Labels() : "{}")} {value}");
            }
        }
    }

    // A sample is [time, "value"].
    private static string ValueOf(JsonElement sample) => sample.GetArrayLength() == 2 ? sample[1].GetString()! : sample.GetRawText();
}
