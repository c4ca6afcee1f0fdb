using System.Text.Json;

namespace Observability.Collector.Receiving.Otlp.Protobuf;

/// <summary>Reads <c>KeyValue</c> and <c>AnyValue</c> (opentelemetry/proto/common/v1). Nested values become JSON text in the scratch.</summary>
internal sealed class ProtobufValues(OtlpValues values)
{
    /// <summary>Nesting of arrays and maps; deeper ones refuse the request, as too deep JSON does.</summary>
    public int MaximumDepth { get; set; } = 64;

    /// <summary>False when the value is empty: the attribute then does not exist.</summary>
    /// <param name="field">Stands before its length.</param>
    /// <param name="name">Of the field, for the refusal.</param>
    /// <param name="attribute">What it says.</param>
    public bool TryReadAttribute(ref ProtobufReader field, string name, out OtlpAttribute attribute) =>
        field.TryReadShortAttribute(out attribute) || TryReadAttribute(field.ReadMessage(name), out attribute);

    private bool TryReadAttribute(ProtobufReader reader, out OtlpAttribute attribute)
    {
        OtlpValue key = default;
        OtlpValue value = default;
        var hasValue = false;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.ReadText("KeyValue.key");
                    break;
                case 2:
                    hasValue = TryReadValue(reader.ReadMessage("KeyValue.value"), out value);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        attribute = new OtlpAttribute(key, value);
        return hasValue && key.Length > 0;
    }

    /// <summary>False when no member of the oneof is set; the last one set counts, as protobuf has it.</summary>
    public bool TryReadValue(ProtobufReader reader, out OtlpValue value)
    {
        value = default;
        var found = false;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    value = reader.ReadText("AnyValue.string_value");
                    break;
                case 2:
                    value = OtlpValue.Boolean(reader.ReadVarint("AnyValue.bool_value") != 0);
                    break;
                case 3:
                    value = OtlpValue.Integer((long)reader.ReadVarint("AnyValue.int_value"));
                    break;
                case 4:
                    value = OtlpValue.Double(reader.ReadDouble("AnyValue.double_value"));
                    break;
                case 5 or 6 or 7:
                    value = ReadNested(ref reader);
                    break;
                default:
                    reader.Skip();
                    continue;
            }
            found = true;
        }
        return found;
    }

    private OtlpValue ReadNested(ref ProtobufReader reader)
    {
        var json = values.BeginJson();
        WriteNested(json, ref reader, 1);
        return values.EndJson();
    }

    private void WriteNested(Utf8JsonWriter json, ref ProtobufReader reader, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw reader.Malformed($"a value is nested deeper than {MaximumDepth} (limits.json_depth in settings.yaml)");
        }
        switch (reader.Field)
        {
            case 5:
                json.WriteStartArray();
                var items = reader.ReadMessage("AnyValue.array_value");
                while (items.MoveNext())
                {
                    if (items.Field == 1)
                    {
                        WriteValue(json, items.ReadMessage("ArrayValue.values"), depth);
                    }
                    else
                    {
                        items.Skip();
                    }
                }
                json.WriteEndArray();
                break;
            case 6:
                json.WriteStartObject();
                var members = reader.ReadMessage("AnyValue.kvlist_value");
                while (members.MoveNext())
                {
                    if (members.Field == 1)
                    {
                        WriteMember(json, members.ReadMessage("KeyValueList.values"), depth);
                    }
                    else
                    {
                        members.Skip();
                    }
                }
                json.WriteEndObject();
                break;
            default:
                json.WriteBase64StringValue(values.TextOf(reader.ReadText("AnyValue.bytes_value")));
                break;
        }
    }

    private void WriteMember(Utf8JsonWriter json, ProtobufReader reader, int depth)
    {
        var key = OtlpValue.Text(0, 0);
        var value = default(ProtobufReader);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.ReadText("KeyValue.key");
                    break;
                case 2:
                    value = reader.ReadMessage("KeyValue.value");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        json.WritePropertyName(JsonTextOf.Valid(values.TextOf(key)));
        WriteValue(json, value, depth);
    }

    private void WriteValue(Utf8JsonWriter json, ProtobufReader reader, int depth)
    {
        var written = false;
        while (reader.MoveNext())
        {
            if (written)
            {
                reader.Skip();
                continue;
            }
            written = true;
            switch (reader.Field)
            {
                case 1:
                    json.WriteStringValue(JsonTextOf.Valid(values.TextOf(reader.ReadText("AnyValue.string_value"))));
                    break;
                case 2:
                    json.WriteBooleanValue(reader.ReadVarint("AnyValue.bool_value") != 0);
                    break;
                case 3:
                    json.WriteNumberValue((long)reader.ReadVarint("AnyValue.int_value"));
                    break;
                case 4:
                    JsonTextOf.WriteDouble(json, reader.ReadDouble("AnyValue.double_value"));
                    break;
                case 5 or 6 or 7:
                    WriteNested(json, ref reader, depth + 1);
                    break;
                default:
                    reader.Skip();
                    written = false;
                    break;
            }
        }
        if (!written)
        {
            json.WriteNullValue();
        }
    }
}
