using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Protobuf;

/// <summary>Reads <c>ExportTraceServiceRequest</c> (opentelemetry/proto/trace/v1, proto 1.9) into rows. A span's events are read after its other fields.</summary>
internal sealed class ProtobufTraces(OtlpValues values, LogRows rows) : ProtobufEnvelope(values, rows, s_members)
{
    private const int EventsField = 11;

    private static readonly ProtobufMembers s_members = new("resource_spans", "ResourceSpans.scope_spans", "ScopeSpans.spans");

    private readonly SpanRows _spans = new(values, rows);

    protected override void ReadItem(ProtobufReader reader)
    {
        _spans.Begin();
        var events = reader;
        var hasEvents = false;
        while (reader.MoveNext())
        {
            hasEvents |= reader.Field == EventsField;
            ReadField(ref reader);
        }
        _spans.End();
        while (hasEvents && events.MoveNext())
        {
            if (events.Field == EventsField)
            {
                ReadEvent(events.ReadMessage("Span.events"));
            }
            else
            {
                events.Skip();
            }
        }
    }

    private void ReadField(ref ProtobufReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                if (TryReadId(ref reader, "Span.trace_id", 16, out var traceId))
                {
                    traceId.CopyTo(_spans.SetTraceId());
                }
                break;
            case 2:
                if (TryReadId(ref reader, "Span.span_id", 8, out var spanId))
                {
                    spanId.CopyTo(_spans.SetSpanId());
                }
                break;
            case 4:
                if (TryReadId(ref reader, "Span.parent_span_id", 8, out var parentId))
                {
                    parentId.CopyTo(_spans.SetParentSpanId());
                }
                break;
            case 5:
                _spans.Name = reader.ReadText("Span.name");
                break;
            case 6:
                _spans.Kind = (int)reader.ReadVarint("Span.kind");
                break;
            case 7:
                _spans.StartUnixNanoseconds = reader.ReadFixed64("Span.start_time_unix_nano");
                break;
            case 8:
                _spans.EndUnixNanoseconds = reader.ReadFixed64("Span.end_time_unix_nano");
                break;
            case 9:
                if (AnyValues.TryReadAttribute(ref reader, "Span.attributes", out var attribute))
                {
                    _spans.AddAttribute(attribute);
                }
                break;
            case 15:
                ReadStatus(reader.ReadMessage("Span.status"));
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadStatus(ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 2:
                    _spans.StatusMessage = reader.ReadText("Status.message");
                    break;
                case 3:
                    _spans.Status = (int)reader.ReadVarint("Status.code");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadEvent(ProtobufReader reader)
    {
        _spans.BeginEvent();
        OtlpValue name = default;
        ulong time = 0;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    time = reader.ReadFixed64("Event.time_unix_nano");
                    break;
                case 2:
                    name = reader.ReadText("Event.name");
                    break;
                case 3:
                    if (AnyValues.TryReadAttribute(ref reader, "Event.attributes", out var attribute))
                    {
                        _spans.AddAttribute(attribute);
                    }
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        _spans.EndEvent(name, time);
    }
}
