using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Observability.Cli.Speaking;
using Observability.Query.Values;

namespace Observability.Cli.Commands;

/// <summary><c>obsctl query EXPR</c>: a PromQL expression at one time, or over a range with <c>--since</c> or <c>--from</c>.</summary>
internal static class QueryCommand
{
    /// <summary>As many points a series as a terminal may want to see when no step is named.</summary>
    private const int DefaultSteps = 60;

    /// <summary>Longer than anything is kept; what is longer still has no beginning that a calendar knows.</summary>
    private const long LongestRangeMilliseconds = 100L * 365 * 24 * 3600 * 1000;

    public static Command Create(ConnectionOptions connection)
    {
        var expression = new Argument<string>("expression") { Description = "PromQL." };
        var time = new Option<string?>("--time") { Description = "Unix seconds or RFC 3339; now when not given." };
        var since = new Option<string?>("--since") { Description = "A range that ends now and begins so long before, as 30m or 24h." };
        var from = new Option<string?>("--from") { Description = "Begin of a range: Unix seconds or RFC 3339." };
        var to = new Option<string?>("--to") { Description = "End of the range; now when not given." };
        var step = new Option<string?>("--step") { Description = $"Between the points of a range, as 15s or 5m; a {DefaultSteps}th of it when not given." };
        var format = new Option<SeriesFormat>("--output", "-o") { Description = "text or csv (series, time, value).", DefaultValueFactory = _ => SeriesFormat.Text };
        var command = connection.Command("query", "Evaluates a PromQL expression.", [expression, time, since, from, to, step, format], async (parsed, server, cancellationToken) =>
        {
            var query = parsed.GetValue(expression)!;
            var form = new Dictionary<string, string> { ["query"] = query };
            var range = RangeOf(parsed.GetValue(since), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(step));
            if (range is { } asked)
            {
                (form["start"], form["end"], form["step"]) = asked;
            }
            else if (parsed.GetValue(time) is { Length: > 0 } moment)
            {
                form["time"] = moment;
            }
            try
            {
                var answer = await server.PostFormAsync(range is null ? "api/v1/query" : "api/v1/query_range", form, cancellationToken);
                if (!connection.WroteJson(parsed, answer) && answer.Json().Find("data") is { } data && data.Find("result") is { } result)
                {
                    await SeriesWriter.WriteAsync(connection.Output, parsed.GetValue(format), data.TextOf("resultType"), result);
                }
                return ExitCode.Done;
            }
            catch (ServerRefusedException exception)
            {
                throw new ServerRefusedException(QueryMark.Under(exception.Message, query), exception.ExitCode);
            }
        });
        command.Validators.Add(result => Check(result, time, since, from, to, step));
        return command;
    }

    // Whether they can be answered says the server; what does not fit together is known here.
    private static void Check(CommandResult result, Option<string?> time, Option<string?> since, Option<string?> from, Option<string?> to, Option<string?> step)
    {
        if (result.GetValue(time) is not null && (result.GetValue(since) ?? result.GetValue(from)) is not null)
        {
            result.AddError("--time asks for one time, --since and --from for a range; give one of them");
        }
        if ((result.GetValue(to) ?? result.GetValue(step)) is not null && (result.GetValue(since) ?? result.GetValue(from)) is null)
        {
            result.AddError("--to and --step belong to a range; say with --since or --from where it begins");
        }
        if (result.GetValue(since) is { } length && (!DurationText.TryParse(length, out var duration) || duration.Milliseconds is 0 or > LongestRangeMilliseconds))
        {
            result.AddError($"--since is '{length}'; expected a duration up to 100y, as 30m or 24h");
        }
        if (result.GetValue(from) is { } start && MomentOf(start) is null)
        {
            result.AddError($"--from is '{start}'; expected Unix seconds or RFC 3339, as 2026-11-21T03:00:00Z");
        }
        if (result.GetValue(to) is { } end && MomentOf(end) is null)
        {
            result.AddError($"--to is '{end}'; expected Unix seconds or RFC 3339, as 2026-11-21T03:00:00Z");
        }
    }

    // Null for one time.
    private static (string Start, string End, string Step)? RangeOf(string? since, string? from, string? to, string? step)
    {
        if (since is null && from is null)
        {
            return null;
        }
        var end = to is null ? TimeProvider.System.GetUtcNow() : MomentOf(to)!.Value;
        var start = from is not null ? MomentOf(from)!.Value : end.AddMilliseconds(-(DurationText.TryParse(since, out var duration) ? duration.Milliseconds : 0));
        return (Seconds(start), Seconds(end), step ?? Math.Max(1, (long)(end - start).TotalSeconds / DefaultSteps).ToString(CultureInfo.InvariantCulture));
    }

    private static DateTimeOffset? MomentOf(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e11 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1_000))
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : null;

    private static string Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1_000.0).ToString("0.###", CultureInfo.InvariantCulture);
}
