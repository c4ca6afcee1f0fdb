using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>An answer in Loki's JSON, or its refusal: plain text, which is what Loki sends and Grafana shows.</summary>
internal sealed class LokiAnswer
{
    // Lines are text in any language and full of quotes and brackets; what is escaped without need makes answers up to twice as long.
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly int _status;
    private readonly string _contentType;
    private readonly ReadOnlyMemory<byte> _body;

    private LokiAnswer(int status, string contentType, ReadOnlyMemory<byte> body)
    {
        _status = status;
        _contentType = contentType;
        _body = body;
    }

    /// <param name="exception">A syntax error becomes 400 with line and column, everything else 422.</param>
    public static LokiAnswer Refused(QueryException exception)
    {
        var status = exception.Fault == QueryFault.Syntax ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity;
        return Text(status, Message(exception));
    }

    private static string Message(QueryException exception)
    {
        var where = exception.Position is { } at ? string.Create(CultureInfo.InvariantCulture, $" at line {at.Line}, col {at.Column}") : "";
        return $"{(exception.Fault == QueryFault.Syntax ? "parse" : "query")} error{where}: {exception.Reason}";
    }

    public static LokiAnswer Text(int status, string text) => new(status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text + "\n"));

    /// <param name="entries">In the order of the query; lines of one stream stay in it.</param>
    /// <param name="categorizes">True when the client asked for <c>categorize-labels</c>: streams by their own labels, the others with each line.</param>
    public static LokiAnswer OfLines(IReadOnlyList<LogEntry> entries, bool categorizes) => Success(json =>
    {
        json.WriteString("resultType", "streams");
        if (categorizes)
        {
            json.WriteStartArray("encodingFlags");
            json.WriteStringValue("categorize-labels");
            json.WriteEndArray();
        }
        WriteStreams(json, "result", entries, categorizes);
        WriteStatistics(json, entries.Count);
    });

    public static LokiAnswer OfValue(QueryValue value) => Success(json =>
    {
        switch (value)
        {
            case Scalar scalar:
                json.WriteString("resultType", "scalar");
                json.WritePropertyName("result");
                WritePoint(json, scalar.TimeMilliseconds, scalar.Value);
                break;
            case InstantVector vector:
                json.WriteString("resultType", "vector");
                WriteArray(json, vector.Samples, sample =>
                {
                    WriteLabels(json, "metric", sample.Labels);
                    json.WritePropertyName("value");
                    WritePoint(json, vector.TimeMilliseconds, sample.Value);
                });
                break;
            case RangeMatrix matrix:
                json.WriteString("resultType", "matrix");
                WriteArray(json, matrix.Series, series =>
                {
                    WriteLabels(json, "metric", series.Labels);
                    json.WriteStartArray("values");
                    for (var index = 0; index < series.Timestamps.Length; index++)
                    {
                        WritePoint(json, series.Timestamps.Span[index], series.Values.Span[index]);
                    }
                    json.WriteEndArray();
                });
                break;
            default:
                throw new InvalidOperationException($"a LogQL query cannot give a {value.GetType().Name}");
        }
        WriteStatistics(json, 0);
    });

    /// <summary>Bytes by name of a label: Loki writes the name as a label without value, which a set of labels cannot hold.</summary>
    public static LokiAnswer OfLabelVolumes(long timeMilliseconds, IEnumerable<(string Label, double Bytes)> volumes) => Success(json =>
    {
        json.WriteString("resultType", "vector");
        WriteArray(json, [.. volumes], volume =>
        {
            WriteLabels(json, "metric", [new Label(volume.Label, "")]);
            json.WritePropertyName("value");
            WritePoint(json, timeMilliseconds, volume.Bytes);
        });
        WriteStatistics(json, 0);
    });

    public static LokiAnswer OfTexts(IEnumerable<string> texts) => Data(json =>
    {
        json.WriteStartArray("data");
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    });

    public static LokiAnswer OfStreams(IEnumerable<LabelSet> streams) => Data(json =>
    {
        json.WriteStartArray("data");
        foreach (var stream in streams)
        {
            WriteLabels(json, null, stream);
        }
        json.WriteEndArray();
    });

    /// <summary>An endpoint whose answer is an object without status and data around it.</summary>
    public static LokiAnswer Bare(Action<Utf8JsonWriter> write) => Json(write);

    /// <param name="write">Writes one property named data.</param>
    public static LokiAnswer OfData(Action<Utf8JsonWriter> write) => Data(write);

    public static LokiAnswer OfFormatted(LogQLExpression query) => Data(json => json.WriteString("data", query.ToString()));

    public static LokiAnswer NotFormatted(QueryException exception) => Json(json =>
    {
        json.WriteString("status", "invalid-query");
        json.WriteString("error", Message(exception));
    }, StatusCodes.Status400BadRequest);

    /// <summary>One message of <c>tail</c>: the lines in the streams that they belong to.</summary>
    public static ReadOnlyMemory<byte> Tailed(IReadOnlyList<LogEntry> entries) => Json(json => WriteStreams(json, "streams", entries, categorizes: false))._body;

    public static LokiAnswer OfBuild(string version) => Json(json => json.WriteString("version", version));

    public Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = _status;
        response.ContentType = _contentType;
        response.ContentLength = _body.Length;
        return response.Body.WriteAsync(_body, response.HttpContext.RequestAborted).AsTask();
    }

    private static LokiAnswer Success(Action<Utf8JsonWriter> writeData) => Data(json =>
    {
        json.WriteStartObject("data");
        writeData(json);
        json.WriteEndObject();
    });

    private static LokiAnswer Data(Action<Utf8JsonWriter> write) => Json(json =>
    {
        json.WriteString("status", "success");
        write(json);
    });

    private static LokiAnswer Json(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(body, s_readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return new LokiAnswer(status, "application/json; charset=UTF-8", body.WrittenMemory);
    }

    private static void WriteArray<T>(Utf8JsonWriter json, IReadOnlyList<T> items, Action<T> writeItem)
    {
        json.WriteStartArray("result");
        foreach (var item in items)
        {
            json.WriteStartObject();
            writeItem(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteStreams(Utf8JsonWriter json, string name, IReadOnlyList<LogEntry> entries, bool categorizes)
    {
        json.WriteStartArray(name);
        foreach (var stream in entries.GroupBy(entry => categorizes ? entry.Stream : entry.Labels))
        {
            json.WriteStartObject();
            WriteLabels(json, "stream", stream.Key);
            json.WriteStartArray("values");
            foreach (var entry in stream)
            {
                WriteLine(json, entry, categorizes);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLine(Utf8JsonWriter json, LogEntry entry, bool categorizes)
    {
        json.WriteStartArray();
        json.WriteStringValue(entry.TimeUnixNanoseconds.ToString(CultureInfo.InvariantCulture));
        json.WriteStringValue(entry.Line);
        if (categorizes)
        {
            json.WriteStartObject();
            WriteLabels(json, "structuredMetadata", entry.StructuredMetadata);
            WriteLabels(json, "parsed", entry.Parsed);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePoint(Utf8JsonWriter json, long timeMilliseconds, double value)
    {
        json.WriteStartArray();
        json.WriteNumberValue(timeMilliseconds / 1000m);
        json.WriteStringValue(NumberText.Format(value));
        json.WriteEndArray();
    }

    private static void WriteLabels(Utf8JsonWriter json, string? name, IReadOnlyList<Label> labels)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }
        json.WriteStartObject();
        foreach (var label in labels)
        {
            json.WriteString(label.Name, label.Value);
        }
        json.WriteEndObject();
    }

    private static void WriteStatistics(Utf8JsonWriter json, int lines)
    {
        json.WriteStartObject("stats");
        json.WriteStartObject("summary");
        json.WriteNumber("totalEntriesReturned", lines);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
