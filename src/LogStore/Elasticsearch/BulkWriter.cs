using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Observability.Telemetry;

namespace Observability.LogStore.Elasticsearch;

/// <summary>Writes log rows as lines of bulk requests. Each document's <c>_id</c> is its frame's name and its row, so a repeat is a conflict and no second record.</summary>
internal sealed class BulkWriter(ElasticsearchStoreOptions options) : IDisposable
{
    /// <summary>Lucene's white space tokenizer cuts at 255 characters; a run is judged in bytes between ASCII white space, which is never fewer.</summary>
    private const int LongRunBytes = 200;

    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Which row each pair of lines is.</summary>
    public List<(FrameName Name, int Row)> Rows { get; } = [];

    public ReadOnlyMemory<byte> Lines => _lines.WrittenMemory;

    public bool IsFull => _lines.WrittenCount >= options.BulkBytes;

    public void Clear()
    {
        _lines.ResetWrittenCount();
        Rows.Clear();
    }

    public void Add(FrameName name, TelemetryFrame frame, ref LogRowReader rows)
    {
        Rows.Add((name, rows.Row));
        BeginLine();
        _json.WriteStartObject("create"u8);
        _json.WriteString("_index"u8, options.DataStreamPrefix + DataStreamOf(frame.Header.Environment));
        _json.WriteString("_id"u8, string.Create(CultureInfo.InvariantCulture, $"{name}-{rows.Row}"));
        _json.WriteEndObject();
        EndLine();
        BeginLine();
        WriteDocument(name, frame, ref rows);
        EndLine();
    }

    public void Dispose() => _json.Dispose();

    private void WriteDocument(FrameName name, TelemetryFrame frame, ref LogRowReader rows)
    {
        var resource = frame.Resources[rows.Resource];
        var stream = LabelSet.Of(resource.StreamLabels.Select(pair => new Label(frame.Text(pair.Name), frame.Text(pair.Value))))
            .With(LabelNames.Level, SeverityText.LevelOf(rows.SeverityNumber));
        var received = frame.Header.ReceivedUnixNanoseconds;
        _json.WriteString(Fields.Timestamp, TimestampOf(rows.TimeUnixNanoseconds));
        _json.WriteNumber(Fields.Time, rows.TimeUnixNanoseconds);
        _json.WriteNumber(Fields.MillisecondBefore, MillisecondBefore(rows.TimeUnixNanoseconds));
        _json.WriteNumber(Fields.Received, received);
        _json.WriteString(Fields.Order, string.Create(CultureInfo.InvariantCulture, $"{received:x16}{name.Sequence:x16}{rows.Row:x8}{name.Incarnation:x16}"));
        _json.WriteNumber(Fields.Severity, rows.SeverityNumber);
        WriteObject(Fields.Labels, stream);
        _json.WriteString(Fields.Stream, StreamText.Of(stream));
        _json.WriteString(Fields.Body, Encoding.UTF8.GetString(rows.Body));
        if (HasLongRun(rows.Body))
        {
            _json.WriteBoolean(Fields.HasLongRun, true);
        }
        if (!rows.TraceId.IsEmpty)
        {
            _json.WriteString(Fields.TraceId, Convert.ToHexStringLower(rows.TraceId));
        }
        if (!rows.SpanId.IsEmpty)
        {
            _json.WriteString(Fields.SpanId, Convert.ToHexStringLower(rows.SpanId));
        }
        WriteObject(Fields.Attributes, AttributesOf(frame, resource, ref rows));
    }

    /// <summary>A JSON object names a key once, and Elasticsearch refuses one that does not: the last of equal names stays.</summary>
    private static IEnumerable<Label> AttributesOf(TelemetryFrame frame, FrameResource resource, ref LogRowReader rows)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in resource.Attributes)
        {
            attributes[KeyOf(frame.Text(name))] = frame.Text(value);
        }
        while (rows.MoveNextAttribute())
        {
            attributes[KeyOf(frame.Text(rows.AttributeName))] = rows.AttributeType switch
            {
                AttributeType.Integer => rows.AttributeInteger.ToString(CultureInfo.InvariantCulture),
                AttributeType.Double => rows.AttributeDouble.ToString(CultureInfo.InvariantCulture),
                AttributeType.Boolean => rows.AttributeInteger != 0 ? "true" : "false",
                _ => Encoding.UTF8.GetString(rows.AttributeText),
            };
        }
        return attributes.Select(attribute => new Label(attribute.Key, attribute.Value));
    }

    /// <summary>A flattened field separates key and value by U+0000 and refuses keys that hold it.</summary>
    private static string KeyOf(string name) => name.Replace('\0', '\uFFFD');

    private void WriteObject(string field, IEnumerable<Label> labels)
    {
        _json.WriteStartObject(field);
        foreach (var (name, value) in labels)
        {
            _json.WriteString(name, value);
        }
        _json.WriteEndObject();
    }

    private void BeginLine()
    {
        _json.Reset(_lines);
        _json.WriteStartObject();
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        _lines.Write("\n"u8);
    }

    /// <summary>The rules for names of data streams are stricter than ours for environments; what they refuse shares one.</summary>
    private string DataStreamOf(string environment)
    {
        var name = options.DataStreamOf(environment).ToLowerInvariant();
        return name.Length is > 0 and <= 200 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') ? name : "unknown";
    }

    // As with the timestamp, everything before 1970 is its beginning.
    private static long MillisecondBefore(long timeUnixNanoseconds) => (Math.Max(1, timeUnixNanoseconds) - 1) / LogCountQuery.Millisecond;

    private static string TimestampOf(long timeUnixNanoseconds)
    {
        var nanoseconds = Math.Max(0, timeUnixNanoseconds);
        var time = DateTimeOffset.FromUnixTimeSeconds(nanoseconds / 1_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss}.{nanoseconds % 1_000_000_000:D9}Z");
    }

    private static bool HasLongRun(ReadOnlySpan<byte> body)
    {
        while (body.Length > LongRunBytes)
        {
            var end = body.IndexOfAny((byte)' ', (byte)'\n', (byte)'\t');
            if (end < 0 || end > LongRunBytes)
            {
                return true;
            }
            body = body[(end + 1)..];
        }
        return false;
    }
}

/// <summary>The labels of a stream as one text, and back.</summary>
internal static class StreamText
{
    public static string Of(LabelSet stream) => JsonSerializer.Serialize(stream.ToDictionary(label => label.Name, label => label.Value));

    public static LabelSet Parse(string text) =>
        LabelSet.Of(JsonSerializer.Deserialize<Dictionary<string, string>>(text)!.Select(pair => new Label(pair.Key, pair.Value)));
}
