using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Observability.Portal.Api;
using Observability.Portal.Components;
using Observability.Portal.Reading;
using Observability.Portal.Wording;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Pages;

/// <summary>
/// New lines of the Logs page as they are written, over a WebSocket: <c>{"lines":[{"id","time","row"}]}</c>, newest first. A row is drawn by the component that
/// draws the page's own, so the two cannot differ; the id tells the page which lines it has already, however often it connects.
/// </summary>
internal sealed class LiveLines(LogFollowing following, ILogSource source, FrameReading frames, IServiceProvider services, ILoggerFactory loggers)
{
    private const string Path = "/logs/live";

    /// <summary>Of one message; more in a second cannot be read, so the newest are drawn and the page counts the others.</summary>
    private const int DrawnAtOnce = 100;

    /// <summary>Of the first message, which after a lost connection holds what was written meanwhile. The page says when it is full.</summary>
    public const int MaximumMissed = 1_000;

    // A row is full of quotes and brackets, and is read as JSON before it is read as HTML.
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where the lines of a view come from; the page adds <c>after</c>, Unix nanoseconds.</summary>
    public static string AddressOf(LogsModel model) => Links.With(Path, ("query", model.Question.Text), ("range", model.RangeName), ("environment", model.Frame.Environment));

    public void Map(IEndpointRouteBuilder pages) => pages.MapGet(Path, FollowAsync);

    private async Task FollowAsync(HttpContext http, PortalApi api)
    {
        var model = LogsModel.Of(http.Request.Query, await frames.ReadAsync(http, api));
        LogTail tail;
        try
        {
            var query = LogQLParser.Parse(model.Question.LogQL) as LogSelectorExpression ?? throw new QueryException(QueryFault.Syntax, "the query gives numbers; only lines can be followed");
            var after = LogRangeChoice.NanosecondsOf(http.Request.Query["after"].ToString()) ?? model.Question.Range.EndNanoseconds;
            tail = new LogTail(query, new VisibleLogs(source, http.GetActor()), after, MaximumMissed);
        }
        catch (QueryException exception)
        {
            await LokiAnswer.Refused(exception).WriteAsync(http.Response);
            return;
        }
        await following.FollowAsync(http, tail, lines => DrawAsync(lines, model));
    }

    private async Task<ReadOnlyMemory<byte>> DrawAsync(IReadOnlyList<LogEntry> lines, LogsModel model)
    {
        List<LogEntry> newestFirst = [.. lines.OrderByDescending(static line => line.TimeUnixNanoseconds)];
        // A link to one of these lines is to a time that reaches up to it.
        var reaching = model with { Question = model.Question with { Range = new LogRange(model.Question.Range.StartNanoseconds, ((newestFirst[0].TimeUnixNanoseconds / 1_000_000) + 1) * 1_000_000) } };
        var rows = await RowsAsync(newestFirst, reaching);
        var message = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(message, s_readable))
        {
            json.WriteStartObject();
            json.WriteStartArray("lines");
            foreach (var (index, line) in newestFirst.Index())
            {
                json.WriteStartObject();
                json.WriteString("id", LogsModel.IdOf(line));
                json.WriteString("time", line.TimeUnixNanoseconds.ToString(CultureInfo.InvariantCulture));
                if (index < rows.Count)
                {
                    json.WriteString("row", rows[index]);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return message.WrittenMemory;
    }

    private async Task<List<string>> RowsAsync(List<LogEntry> newestFirst, LogsModel model)
    {
        // One a message: a renderer keeps what it has drawn.
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var rows = new List<string>();
            for (var index = 0; index < Math.Min(newestFirst.Count, DrawnAtOnce); index++)
            {
                var row = await renderer.RenderComponentAsync<LogRow>(ParameterView.FromDictionary(new Dictionary<string, object?>
                {
                    [nameof(LogRow.Model)] = model,
                    [nameof(LogRow.Entry)] = newestFirst[index],
                    [nameof(LogRow.Key)] = LogsModel.KeyOf(newestFirst, index),
                }));
                rows.Add(row.ToHtmlString().Trim());
            }
            return rows;
        });
    }
}
