using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>Reads <c>ExportTraceServiceRequest</c> in OTLP/JSON into rows. A span's events are read after its other members.</summary>
internal sealed class JsonTraces : JsonEnvelope
{
    private static readonly JsonMembers s_members = new("resourceSpans", "scopeSpans", "spans");

    private readonly SpanRows _spans;
    private readonly Action<OtlpAttribute> _addAttribute;

    public JsonTraces(OtlpValues values, LogRows rows)
        : base(values, rows, s_members)
    {
        _spans = new SpanRows(values, rows);
        _addAttribute = attribute => _spans.AddAttribute(attribute);
    }

    protected override void ReadItem(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("spans[]"))
        {
            return;
        }
        _spans.Begin();
        var hasEvents = false;
        OtlpJsonReader events = default;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("events"u8))
            {
                events = reader;
                hasEvents = true;
                reader.Skip();
            }
            else
            {
                ReadField(ref reader, name);
            }
        }
        _spans.End();
        if (hasEvents && events.TryEnterArray("events"))
        {
            while (events.MoveNextItem())
            {
                ReadEvent(ref events);
            }
        }
    }

    private void ReadField(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (name.Is("traceId"u8))
        {
            ReadId(ref reader, "traceId", 16);
        }
        else if (name.Is("spanId"u8))
        {
            ReadId(ref reader, "spanId", 8);
        }
        else if (name.Is("parentSpanId"u8))
        {
            ReadId(ref reader, "parentSpanId", 8);
        }
        else if (name.Is("name"u8))
        {
            _spans.Name = reader.ReadText("name");
        }
        else if (name.Is("kind"u8))
        {
            _spans.Kind = reader.ReadEnum("kind", "SPAN_KIND_"u8, OtlpEnums.SpanKindOf);
        }
        else if (name.Is("startTimeUnixNano"u8))
        {
            _spans.StartUnixNanoseconds = reader.ReadUnsigned("startTimeUnixNano");
        }
        else if (name.Is("endTimeUnixNano"u8))
        {
            _spans.EndUnixNanoseconds = reader.ReadUnsigned("endTimeUnixNano");
        }
        else if (name.Is("attributes"u8))
        {
            AnyValues.ReadAttributes(ref reader, "attributes", _addAttribute);
        }
        else if (name.Is("status"u8))
        {
            ReadStatus(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadStatus(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("status"))
        {
            return;
        }
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("message"u8))
            {
                _spans.StatusMessage = reader.ReadText("status.message");
            }
            else if (name.Is("code"u8))
            {
                _spans.Status = reader.ReadEnum("status.code", "STATUS_CODE_"u8, OtlpEnums.StatusOf);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadEvent(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("events[]"))
        {
            return;
        }
        _spans.BeginEvent();
        OtlpValue eventName = default;
        ulong time = 0;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("timeUnixNano"u8))
            {
                time = reader.ReadUnsigned("timeUnixNano");
            }
            else if (name.Is("name"u8))
            {
                eventName = reader.ReadText("name");
            }
            else if (name.Is("attributes"u8))
            {
                AnyValues.ReadAttributes(ref reader, "attributes", _addAttribute);
            }
            else
            {
                reader.Skip();
            }
        }
        _spans.EndEvent(eventName, time);
    }

    private void ReadId(ref OtlpJsonReader reader, string what, int length)
    {
        Span<byte> id = stackalloc byte[16];
        id = id[..length];
        if (reader.TryReadHexadecimal(id, what))
        {
            id.CopyTo(what switch
            {
                "traceId" => _spans.SetTraceId(),
                "spanId" => _spans.SetSpanId(),
                _ => _spans.SetParentSpanId(),
            });
        }
    }
}
