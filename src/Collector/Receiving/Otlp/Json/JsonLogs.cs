using System.Text.Json;
using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>
/// Reads <c>ExportLogsServiceRequest</c> in OTLP/JSON into rows. Members may come in any order: where records stand before what they need, they are
/// bookmarked, skipped and read afterwards.
/// </summary>
internal sealed class JsonLogs
{
    private readonly OtlpValues _values;
    private readonly LogRows _rows;
    private readonly JsonValues _anyValues;
    private readonly Action<OtlpAttribute> _addResource;
    private readonly Action<OtlpAttribute> _addScope;
    private readonly Action<OtlpAttribute> _addRecord;

    public JsonLogs(OtlpValues values, LogRows rows)
    {
        _values = values;
        _rows = rows;
        _anyValues = new JsonValues(values);
        _addResource = rows.AddResourceAttribute;
        _addScope = rows.AddScopeAttribute;
        _addRecord = attribute => rows.AddAttribute(attribute);
    }

    /// <exception cref="MalformedPayloadException">Not such a message, or more than the limits allow.</exception>
    public void Read(ReceiveLimits limits)
    {
        var reader = new OtlpJsonReader(_values, limits.JsonDepth);
        try
        {
            reader.Start();
            if (!reader.TryEnterObject("the request"))
            {
                return;
            }
            while (reader.MoveNextMember(out var name))
            {
                if (name.Is("resourceLogs"u8) && reader.TryEnterArray("resourceLogs"))
                {
                    while (reader.MoveNextItem())
                    {
                        ReadResourceLogs(ref reader);
                    }
                }
                else
                {
                    reader.Skip();
                }
            }
            reader.RequireEnd();
        }
        catch (JsonException exception)
        {
            throw OtlpJsonReader.Malformed(exception);
        }
    }

    private void ReadResourceLogs(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("resourceLogs[]"))
        {
            return;
        }
        _rows.BeginResource();
        var resourceIsKnown = false;
        var hasBookmark = false;
        OtlpJsonReader bookmark = default;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("resource"u8))
            {
                ReadAttributesOf(ref reader, "resource", _addResource);
                _rows.EndResource();
                resourceIsKnown = true;
            }
            else if (name.Is("scopeLogs"u8) && resourceIsKnown)
            {
                ReadScopeLogs(ref reader);
            }
            else
            {
                if (name.Is("scopeLogs"u8))
                {
                    bookmark = reader;
                    hasBookmark = true;
                }
                reader.Skip();
            }
        }
        if (hasBookmark)
        {
            if (!resourceIsKnown)
            {
                _rows.EndResource();
            }
            ReadScopeLogs(ref bookmark);
        }
    }

    private void ReadScopeLogs(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterArray("scopeLogs"))
        {
            return;
        }
        while (reader.MoveNextItem())
        {
            ReadScope(ref reader);
        }
    }

    private void ReadScope(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("scopeLogs[]"))
        {
            return;
        }
        _rows.BeginScope();
        var hasBookmark = false;
        var scopeIsKnown = false;
        OtlpJsonReader bookmark = default;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("scope"u8))
            {
                ReadScopeFields(ref reader);
                scopeIsKnown = true;
            }
            else if (name.Is("logRecords"u8) && scopeIsKnown)
            {
                ReadRecords(ref reader);
            }
            else
            {
                if (name.Is("logRecords"u8))
                {
                    bookmark = reader;
                    hasBookmark = true;
                }
                reader.Skip();
            }
        }
        if (hasBookmark)
        {
            ReadRecords(ref bookmark);
        }
    }

    private void ReadScopeFields(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("scope"))
        {
            return;
        }
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("name"u8))
            {
                AddScopeText(OtlpScope.Name, reader.ReadText("scope.name"));
            }
            else if (name.Is("version"u8))
            {
                AddScopeText(OtlpScope.Version, reader.ReadText("scope.version"));
            }
            else if (name.Is("attributes"u8))
            {
                _anyValues.ReadAttributes(ref reader, "scope.attributes", _addScope);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void AddScopeText(ReadOnlySpan<byte> key, OtlpValue value)
    {
        if (value.Length > 0)
        {
            _rows.AddScopeAttribute(new OtlpAttribute(_values.AddText(key), value));
        }
    }

    private void ReadAttributesOf(ref OtlpJsonReader reader, string what, Action<OtlpAttribute> add)
    {
        if (!reader.TryEnterObject(what))
        {
            return;
        }
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("attributes"u8))
            {
                _anyValues.ReadAttributes(ref reader, "attributes", add);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadRecords(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterArray("logRecords"))
        {
            return;
        }
        while (reader.MoveNextItem())
        {
            if (reader.TryEnterObject("logRecords[]"))
            {
                _rows.BeginRecord();
                while (reader.MoveNextMember(out var name))
                {
                    ReadField(ref reader, name);
                }
                _rows.EndRecord();
            }
        }
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
            _anyValues.TryReadValue(ref reader, "body", out var body);
            _rows.Body = body;
        }
        else if (name.Is("attributes"u8))
        {
            _anyValues.ReadAttributes(ref reader, "attributes", _addRecord);
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
