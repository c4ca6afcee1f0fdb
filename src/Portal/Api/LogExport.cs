using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observability.Configuration;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// <c>GET /api/v1/logs/export</c>: the lines of a log query as a file. Parameters as of Loki's <c>query_range</c>, <c>limit</c> up to ten million, and
/// <c>format</c>: <c>ndjson</c> (default; one object a line) or <c>csv</c> (for spreadsheets). Lines are written as they are read: the memory that an export
/// takes does not depend on its length.
/// </summary>
internal sealed class LogExport(ILogTemplateCompiler templates, LokiTurns turns) : IDisposable
{
    /// <summary>As many as a table of a spreadsheet holds.</summary>
    private const int DefaultLines = 1_000_000;

    private const int MaximumLines = 10_000_000;

    /// <summary>Each takes one of the turns of all queries for minutes; more would leave the people who look at lines waiting.</summary>
    private const int ConcurrentExports = 2;

    /// <summary>Written at once: bigger gains nothing, smaller costs a system call for every few lines.</summary>
    private const int BufferCharacters = 32 * 1024;

    /// <summary>Ten million lines at a slow reader's pace.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    private static readonly string[] s_columns = [LabelNames.Environment, LabelNames.Source, LabelNames.Pipeline, LabelNames.Task, LabelNames.Level];

    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // An export reads as far as its reader goes; what one answer may cost in memory is no concern here.
    private readonly LogQLEngine _engine = new(LogQLLimits.Default with { MaximumRecordsRead = int.MaxValue }, templates);

    private readonly SemaphoreSlim _places = new(ConcurrentExports);

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/api/v1/logs/export", ExportAsync).RequireRole(AccessRoles.Read);

    public void Dispose() => _places.Dispose();

    private async Task ExportAsync(HttpContext http)
    {
        if (!_places.Wait(0))
        {
            await LokiAnswer.Text(StatusCodes.Status429TooManyRequests, $"{ConcurrentExports} exports are running, which is the most; ask again when one has ended").WriteAsync(http.Response);
            return;
        }
        try
        {
            await turns.RunAsync(http, Timeout, WriteAsync);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task WriteAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var request = call.Request;
        var query = request.Query as LogSelectorExpression ?? throw LokiRequest.Refused("the query gives numbers; expected one that gives lines, as {source=\"dbt\"} |= \"error\"");
        var isTable = request.Text("format") switch
        {
            "" or "ndjson" => false,
            "csv" => true,
            var other => throw LokiRequest.Refused($"format is '{other}'; expected ndjson or csv"),
        };
        var entries = _engine.QueryLogsAsync(query, call.Logs, request.Range, request.Direction, request.Count("limit", DefaultLines, MaximumLines), cancellationToken);

        var response = call.Http.Response;
        response.ContentType = isTable ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"logs.{(isTable ? "csv" : "ndjson")}\"";
        await using var output = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferCharacters, leaveOpen: true);
        if (isTable)
        {
            await output.WriteAsync($"time,{string.Join(',', s_columns)},line,labels\r\n");
        }
        using var buffer = new MemoryStream();
        await foreach (var entry in entries)
        {
            await output.WriteAsync(isTable ? Row(entry, buffer) : Line(entry, buffer));
        }
        await output.FlushAsync(cancellationToken);
    }

    private static string Line(LogEntry entry, MemoryStream buffer) => Json(buffer, json =>
    {
        json.WriteString("time", Time(entry));
        json.WriteString("line", entry.Line);
        json.WriteStartObject("labels");
        WriteLabels(json, entry);
        json.WriteEndObject();
    }) + "\n";

    private static string Row(LogEntry entry, MemoryStream buffer)
    {
        var row = new StringBuilder(Time(entry));
        foreach (var column in s_columns)
        {
            AppendCell(row, entry.Labels[column]);
        }
        AppendCell(row, entry.Line);
        AppendCell(row, Json(buffer, json => WriteLabels(json, entry)));
        return row.Append("\r\n").ToString();
    }

    // RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front: lines come from anybody.
    private static void AppendCell(StringBuilder row, string text)
    {
        var isFormula = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r';
        row.Append(',');
        if (!isFormula && text.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            row.Append(text);
            return;
        }
        row.Append('"').Append(isFormula ? "'" : "").Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private static string Json(MemoryStream buffer, Action<Utf8JsonWriter> write)
    {
        buffer.SetLength(0);
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteLabels(Utf8JsonWriter json, LogEntry entry)
    {
        foreach (var label in entry.Labels)
        {
            json.WriteString(label.Name, label.Value);
        }
    }

    private static string Time(LogEntry entry)
    {
        var (seconds, nanoseconds) = Math.DivRem(entry.TimeUnixNanoseconds, 1_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-ddTHH:mm:ss}.{nanoseconds:d9}Z");
    }
}
