using System.Text.Json;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>Reads <c>KeyValue</c> and <c>AnyValue</c> of OTLP/JSON. Gives the same values as the protobuf reader, byte for byte.</summary>
internal sealed class JsonValues(OtlpValues values)
{
    /// <summary>Stands on an array of KeyValue: hands over each attribute that has a value.</summary>
    public void ReadAttributes(ref OtlpJsonReader reader, string what, Action<OtlpAttribute> add)
    {
        if (!reader.TryEnterArray(what))
        {
            return;
        }
        while (reader.MoveNextItem())
        {
            if (TryReadAttribute(ref reader, what, out var attribute))
            {
                add(attribute);
            }
        }
    }

    /// <summary>Stands on an AnyValue; false when it is null or empty.</summary>
    public bool TryReadValue(ref OtlpJsonReader reader, string what, out OtlpValue value)
    {
        value = default;
        if (!reader.TryEnterObject(what))
        {
            return false;
        }
        var found = false;
        while (reader.MoveNextMember(out var name))
        {
            if (reader.Token == JsonTokenType.Null)
            {
                continue;
            }
            if (TryReadScalar(ref reader, name, what, out var scalar))
            {
                value = scalar;
            }
            else if (KindOf(name) is var kind and not NestedKind.None)
            {
                var json = values.BeginJson();
                WriteNested(json, ref reader, kind, what);
                value = values.EndJson();
            }
            else
            {
                reader.Skip();
                continue;
            }
            found = true;
        }
        return found;
    }

    private bool TryReadAttribute(ref OtlpJsonReader reader, string what, out OtlpAttribute attribute)
    {
        OtlpValue key = default;
        OtlpValue value = default;
        var hasValue = false;
        if (reader.TryEnterObject(what))
        {
            while (reader.MoveNextMember(out var name))
            {
                if (name.Is("key"u8))
                {
                    key = reader.ReadText(what);
                }
                else if (name.Is("value"u8))
                {
                    hasValue = TryReadValue(ref reader, what, out value);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        attribute = new OtlpAttribute(key, value);
        return hasValue && key.Length > 0;
    }

    private static bool TryReadScalar(ref OtlpJsonReader reader, JsonMemberName name, string what, out OtlpValue value)
    {
        if (name.Is("stringValue"u8))
        {
            value = reader.ReadText(what);
        }
        else if (name.Is("intValue"u8))
        {
            value = OtlpValue.Integer(reader.ReadInteger(what));
        }
        else if (name.Is("doubleValue"u8))
        {
            value = OtlpValue.Double(reader.ReadDouble(what));
        }
        else if (name.Is("boolValue"u8))
        {
            value = OtlpValue.Boolean(reader.ReadBoolean(what));
        }
        else
        {
            value = default;
            return false;
        }
        return true;
    }

    private void WriteNested(Utf8JsonWriter json, ref OtlpJsonReader reader, NestedKind kind, string what)
    {
        switch (kind)
        {
            case NestedKind.Array:
                json.WriteStartArray();
                ForEachItem(json, ref reader, what, isMembers: false);
                json.WriteEndArray();
                break;
            case NestedKind.Map:
                json.WriteStartObject();
                ForEachItem(json, ref reader, what, isMembers: true);
                json.WriteEndObject();
                break;
            default:
                WriteBytes(json, ref reader, what);
                break;
        }
    }

    // {"values": […]} of an array or a map.
    private void ForEachItem(Utf8JsonWriter json, ref OtlpJsonReader reader, string what, bool isMembers)
    {
        if (!reader.TryEnterObject(what))
        {
            return;
        }
        while (reader.MoveNextMember(out var name))
        {
            if (!name.Is("values"u8) || !reader.TryEnterArray(what))
            {
                reader.Skip();
                continue;
            }
            while (reader.MoveNextItem())
            {
                if (isMembers)
                {
                    WriteMember(json, ref reader, what);
                }
                else
                {
                    WriteValue(json, ref reader, what);
                }
            }
        }
    }

    private void WriteMember(Utf8JsonWriter json, ref OtlpJsonReader reader, string what)
    {
        if (!reader.TryEnterObject(what))
        {
            return;
        }
        var key = OtlpValue.Text(0, 0);
        OtlpJsonReader value = default;
        var hasValue = false;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("key"u8))
            {
                key = reader.ReadText(what);
            }
            else if (name.Is("value"u8))
            {
                value = reader;
                hasValue = true;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }
        json.WritePropertyName(JsonTextOf.Valid(values.TextOf(key)));
        if (hasValue)
        {
            WriteValue(json, ref value, what);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private void WriteValue(Utf8JsonWriter json, ref OtlpJsonReader reader, string what)
    {
        var written = false;
        if (reader.TryEnterObject(what))
        {
            while (reader.MoveNextMember(out var name))
            {
                if (written || reader.Token == JsonTokenType.Null)
                {
                    reader.Skip();
                }
                else if (name.Is("stringValue"u8))
                {
                    json.WriteStringValue(JsonTextOf.Valid(values.TextOf(reader.ReadText(what))));
                    written = true;
                }
                else if (TryReadScalar(ref reader, name, what, out var scalar))
                {
                    WriteScalar(json, scalar);
                    written = true;
                }
                else if (KindOf(name) is var kind and not NestedKind.None)
                {
                    WriteNested(json, ref reader, kind, what);
                    written = true;
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        if (!written)
        {
            json.WriteNullValue();
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, in OtlpValue value)
    {
        switch (value.Type)
        {
            case Telemetry.AttributeType.Integer:
                json.WriteNumberValue(value.Bits);
                break;
            case Telemetry.AttributeType.Double:
                JsonTextOf.WriteDouble(json, value.AsDouble);
                break;
            default:
                json.WriteBooleanValue(value.Bits != 0);
                break;
        }
    }

    private void WriteBytes(Utf8JsonWriter json, ref OtlpJsonReader reader, string what)
    {
        // Base64 stays base64: read as text, checked, written as it stood.
        var text = values.TextOf(reader.ReadText(what));
        var decoded = new byte[text.Length];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(text, decoded, out _, out var length) != System.Buffers.OperationStatus.Done)
        {
            throw reader.Malformed($"{what} must be base64");
        }
        json.WriteBase64StringValue(decoded.AsSpan(0, length));
    }

    private static NestedKind KindOf(JsonMemberName name) =>
        name.Is("arrayValue"u8) ? NestedKind.Array : name.Is("kvlistValue"u8) ? NestedKind.Map : name.Is("bytesValue"u8) ? NestedKind.Bytes : NestedKind.None;

    private enum NestedKind
    {
        None,
        Array,
        Map,
        Bytes,
    }
}
