using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Protobuf;

/// <summary>Reads <c>ExportLogsServiceRequest</c> (opentelemetry/proto/logs/v1, proto 1.9) into rows.</summary>
internal sealed class ProtobufLogs(OtlpValues values, LogRows rows) : ProtobufEnvelope(values, rows, s_members)
{
    private static readonly ProtobufMembers s_members = new("resource_logs", "ResourceLogs.scope_logs", "ScopeLogs.log_records");

    protected override void ReadItem(ProtobufReader reader)
    {
        rows.BeginRecord();
        ReadRecord(ref reader);
        rows.EndRecord();
    }

    private void ReadRecord(ref ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    rows.TimeUnixNanoseconds = reader.ReadFixed64("LogRecord.time_unix_nano");
                    break;
                case 2:
                    rows.SeverityNumber = (int)reader.ReadVarint("LogRecord.severity_number");
                    break;
                case 3:
                    rows.SeverityText = reader.ReadText("LogRecord.severity_text");
                    break;
                case 5:
                    AnyValues.TryReadValue(reader.ReadMessage("LogRecord.body"), out var body);
                    rows.Body = body;
                    break;
                case 6:
                    if (AnyValues.TryReadAttribute(ref reader, "LogRecord.attributes", out var attribute))
                    {
                        rows.AddAttribute(attribute);
                    }
                    break;
                case 9:
                    if (TryReadId(ref reader, "LogRecord.trace_id", 16, out var traceId))
                    {
                        traceId.CopyTo(rows.SetTraceId());
                    }
                    break;
                case 10:
                    if (TryReadId(ref reader, "LogRecord.span_id", 8, out var spanId))
                    {
                        spanId.CopyTo(rows.SetSpanId());
                    }
                    break;
                case 11:
                    rows.ObservedUnixNanoseconds = reader.ReadFixed64("LogRecord.observed_time_unix_nano");
                    break;
                case 12:
                    rows.EventName = reader.ReadText("LogRecord.event_name");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }
}
