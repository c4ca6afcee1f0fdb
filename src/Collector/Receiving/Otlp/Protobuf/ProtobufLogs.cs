using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Protobuf;

/// <summary>
/// Reads <c>ExportLogsServiceRequest</c> (opentelemetry/proto/collector/logs/v1, proto 1.9) into rows. Fields may come in any order and unknown ones are
/// skipped; what a message's other fields need is looked for first, which costs a second pass over tags only where the sender's order is unusual.
/// </summary>
internal sealed class ProtobufLogs(OtlpValues values, LogRows rows)
{
    private readonly ProtobufValues _anyValues = new(values);

    /// <exception cref="MalformedPayloadException">Not such a message, or more than the limits allow.</exception>
    public void Read(ReceiveLimits limits)
    {
        _anyValues.MaximumDepth = limits.JsonDepth;
        var request = new ProtobufReader(values.Payload.AsSpan(0, values.PayloadLength));
        while (request.MoveNext())
        {
            if (request.Field == 1)
            {
                ReadResourceLogs(request.ReadMessage("resource_logs"));
            }
            else
            {
                request.Skip();
            }
        }
    }

    private void ReadResourceLogs(ProtobufReader reader)
    {
        rows.BeginResource();
        var search = reader;
        while (search.MoveNext())
        {
            if (search.Field == 1)
            {
                ReadResource(search.ReadMessage("ResourceLogs.resource"));
            }
            else
            {
                search.Skip();
            }
        }
        rows.EndResource();
        while (reader.MoveNext())
        {
            if (reader.Field == 2)
            {
                ReadScopeLogs(reader.ReadMessage("ResourceLogs.scope_logs"));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadResource(ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
            }
            else if (_anyValues.TryReadAttribute(ref reader, "Resource.attributes", out var attribute))
            {
                rows.AddResourceAttribute(attribute);
            }
        }
    }

    private void ReadScopeLogs(ProtobufReader reader)
    {
        rows.BeginScope();
        var search = reader;
        while (search.MoveNext())
        {
            if (search.Field == 1)
            {
                ReadScope(search.ReadMessage("ScopeLogs.scope"));
            }
            else
            {
                search.Skip();
            }
        }
        while (reader.MoveNext())
        {
            if (reader.Field == 2)
            {
                var record = reader.ReadMessage("ScopeLogs.log_records");
                rows.BeginRecord();
                ReadRecord(ref record);
                rows.EndRecord();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadScope(ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    AddScopeText(OtlpScope.Name, reader.ReadText("InstrumentationScope.name"));
                    break;
                case 2:
                    AddScopeText(OtlpScope.Version, reader.ReadText("InstrumentationScope.version"));
                    break;
                case 3:
                    if (_anyValues.TryReadAttribute(ref reader, "InstrumentationScope.attributes", out var attribute))
                    {
                        rows.AddScopeAttribute(attribute);
                    }
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void AddScopeText(ReadOnlySpan<byte> key, OtlpValue value)
    {
        if (value.Length > 0)
        {
            rows.AddScopeAttribute(new OtlpAttribute(values.AddText(key), value));
        }
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
                    _anyValues.TryReadValue(reader.ReadMessage("LogRecord.body"), out var body);
                    rows.Body = body;
                    break;
                case 6:
                    if (_anyValues.TryReadAttribute(ref reader, "LogRecord.attributes", out var attribute))
                    {
                        rows.AddAttribute(attribute);
                    }
                    break;
                case 9:
                    ReadId(ref reader, isTrace: true, "LogRecord.trace_id");
                    break;
                case 10:
                    ReadId(ref reader, isTrace: false, "LogRecord.span_id");
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

    private void ReadId(ref ProtobufReader reader, bool isTrace, string name)
    {
        var id = values.TextOf(reader.ReadText(name));
        if (id.Length == 0)
        {
            return;
        }
        if (id.Length != (isTrace ? 16 : 8))
        {
            throw reader.Malformed($"{name} has {id.Length} bytes, {(isTrace ? 16 : 8)} expected");
        }
        id.CopyTo(isTrace ? rows.SetTraceId() : rows.SetSpanId());
    }
}
