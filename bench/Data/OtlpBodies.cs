using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Observability.Bench.Data;

/// <summary>A batch as the body of <c>POST /v1/logs</c>, in either encoding (opentelemetry-proto: logs/v1, common/v1, resource/v1).</summary>
internal static class OtlpBodies
{
    private const string Scope = "bench";

    public static byte[] Protobuf(SyntheticBatch batch)
    {
        var request = new ProtobufWriter();
        request.Message(1, resourceLogs =>
        {
            resourceLogs.Message(1, resource => WriteAttributes(resource, 1, batch.Resource));
            resourceLogs.Message(2, scopeLogs =>
            {
                scopeLogs.Message(1, scope => scope.Text(1, Scope));
                foreach (var record in batch.Records)
                {
                    scopeLogs.Message(2, writer => WriteRecord(writer, record));
                }
            });
        });
        return request.ToArray();
    }

    public static byte[] Json(SyntheticBatch batch)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceLogs");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, batch.Resource);
            json.WriteEndObject();
            json.WriteStartArray("scopeLogs");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", Scope);
            json.WriteEndObject();
            json.WriteStartArray("logRecords");
            foreach (var record in batch.Records)
            {
                WriteRecord(json, record);
            }
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteRecord(ProtobufWriter writer, SyntheticRecord record)
    {
        writer.Fixed64(1, (ulong)record.TimeUnixNanoseconds);
        writer.Varint(2, record.SeverityNumber);
        writer.Text(3, record.SeverityText);
        writer.Message(5, value => value.Text(1, record.Body));
        WriteAttributes(writer, 6, record.Attributes);
        writer.Bytes(9, record.TraceId);
        writer.Bytes(10, record.SpanId);
        writer.Fixed64(11, (ulong)record.TimeUnixNanoseconds + 1_000);
    }

    private static void WriteAttributes(ProtobufWriter writer, int field, IReadOnlyList<SyntheticAttribute> attributes)
    {
        foreach (var (key, content) in attributes)
        {
            writer.Message(field, pair =>
            {
                pair.Text(1, key);
                pair.Message(2, value => WriteValue(value, content));
            });
        }
    }

    private static void WriteValue(ProtobufWriter writer, object content)
    {
        switch (content)
        {
            case string text:
                writer.Text(1, text);
                break;
            case bool truth:
                writer.Varint(2, truth ? 1 : 0);
                break;
            case long number:
                writer.Varint(3, number);
                break;
            default:
                writer.Double(4, (double)content);
                break;
        }
    }

    // OTLP's JSON: 64-bit integers as strings, ids as hex.
    private static void WriteRecord(Utf8JsonWriter json, SyntheticRecord record)
    {
        json.WriteStartObject();
        json.WriteString("timeUnixNano", Digits(record.TimeUnixNanoseconds));
        json.WriteString("observedTimeUnixNano", Digits(record.TimeUnixNanoseconds + 1_000));
        json.WriteNumber("severityNumber", record.SeverityNumber);
        json.WriteString("severityText", record.SeverityText);
        json.WriteStartObject("body");
        json.WriteString("stringValue", record.Body);
        json.WriteEndObject();
        WriteAttributes(json, record.Attributes);
        json.WriteString("traceId", Convert.ToHexStringLower(record.TraceId));
        json.WriteString("spanId", Convert.ToHexStringLower(record.SpanId));
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IReadOnlyList<SyntheticAttribute> attributes)
    {
        json.WriteStartArray("attributes");
        foreach (var (key, content) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteStartObject("value");
            WriteValue(json, content);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, object content)
    {
        switch (content)
        {
            case string text:
                json.WriteString("stringValue", text);
                break;
            case bool truth:
                json.WriteBoolean("boolValue", truth);
                break;
            case long number:
                json.WriteString("intValue", Digits(number));
                break;
            default:
                json.WriteNumber("doubleValue", (double)content);
                break;
        }
    }

    private static string Digits(long value) => value.ToString(CultureInfo.InvariantCulture);
}
