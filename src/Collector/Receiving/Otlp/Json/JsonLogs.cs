using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>Reads <c>ExportLogsServiceRequest</c> in OTLP/JSON into rows.</summary>
internal sealed class JsonLogs : JsonEnvelope
{
    private static readonly JsonMembers s_members = new("resourceLogs", "scopeLogs", "logRecords");

    private readonly LogRows _rows;
    private readonly Action<OtlpAttribute> _addAttribute;

    public JsonLogs(OtlpValues values, LogRows rows)
        : base(values, rows, s_members)
    {
        _rows = rows;
        _addAttribute = attribute => rows.AddAttribute(attribute);
    }

    protected override void ReadItem(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("logRecords[]"))
        {
            return;
        }
        _rows.BeginRecord();
        while (reader.MoveNextMember(out var name))
        {
            ReadField(ref reader, name);
        }
        _rows.EndRecord();
    }

    private void ReadField(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (name.Is("timeUnixNano"u8))
        {
            _rows.TimeUnixNanoseconds = reader.ReadUnsigned("timeUnixNano");
        }
        else if (name.Is("observedTimeUnixNano"u8))
        {
            _rows.ObservedUnixNanoseconds = reader.ReadUnsigned("observedTimeUnixNano");
        }
        else if (name.Is("severityNumber"u8))
        {
            _rows.SeverityNumber = reader.ReadEnum("severityNumber", "SEVERITY_NUMBER_"u8, OtlpEnums.SeverityNumberOf);
        }
        else if (name.Is("severityText"u8))
        {
            _rows.SeverityText = reader.ReadText("severityText");
        }
        else if (name.Is("body"u8))
        {
            AnyValues.TryReadValue(ref reader, "body", out var body);
            _rows.Body = body;
        }
        else if (name.Is("attributes"u8))
        {
            AnyValues.ReadAttributes(ref reader, "attributes", _addAttribute);
        }
        else if (name.Is("eventName"u8))
        {
            _rows.EventName = reader.ReadText("eventName");
        }
        else if (name.Is("traceId"u8) || name.Is("spanId"u8))
        {
            ReadId(ref reader, name.Is("traceId"u8));
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadId(ref OtlpJsonReader reader, bool isTrace)
    {
        Span<byte> id = stackalloc byte[16];
        id = id[..(isTrace ? 16 : 8)];
        if (reader.TryReadHexadecimal(id, isTrace ? "traceId" : "spanId"))
        {
            id.CopyTo(isTrace ? _rows.SetTraceId() : _rows.SetSpanId());
        }
    }
}
