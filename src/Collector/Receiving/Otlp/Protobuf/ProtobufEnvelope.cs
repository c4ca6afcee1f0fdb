using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Protobuf;

/// <summary>What the proto files call the members that enclose a signal's records; for refusals, since the field numbers are the same in all of them.</summary>
internal sealed record ProtobufMembers(string Resources, string Scopes, string Items);

/// <summary>
/// Reads what the requests of all signals have in common (opentelemetry/proto/collector, proto 1.9): resources with their scopes with their items. Fields may
/// come in any order and unknown ones are skipped; what the items need is looked for first, which costs a second pass over tags only where the sender's
/// order is unusual.
/// </summary>
internal abstract class ProtobufEnvelope(OtlpValues values, IOtlpRows rows, ProtobufMembers members)
{
    private const int ResourceField = 1;
    private const int ScopeField = 1;
    private const int InnerField = 2;       // scopes of a resource, items of a scope

    protected OtlpValues Values { get; } = values;

    protected ProtobufValues AnyValues { get; } = new(values);

    /// <exception cref="MalformedPayloadException">Not such a message, or more than the limits allow.</exception>
    public void Read(ReceiveLimits limits)
    {
        rows.Reset(limits);
        AnyValues.MaximumDepth = limits.JsonDepth;
        var request = new ProtobufReader(Values.Payload.AsSpan(0, Values.PayloadLength));
        while (request.MoveNext())
        {
            if (request.Field == 1)
            {
                ReadResourceItem(request.ReadMessage(members.Resources));
            }
            else
            {
                request.Skip();
            }
        }
    }

    /// <summary>A log record, a metric, a span.</summary>
    protected abstract void ReadItem(ProtobufReader reader);

    /// <summary>An identity of a trace or span; false when the sender left it empty.</summary>
    protected bool TryReadId(ref ProtobufReader reader, string name, int length, out ReadOnlySpan<byte> id)
    {
        id = Values.TextOf(reader.ReadText(name));
        return id.Length == 0 || id.Length == length ? id.Length > 0 : throw reader.Malformed($"{name} has {id.Length} bytes, {length} expected");
    }

    private void ReadResourceItem(ProtobufReader reader)
    {
        rows.BeginResource();
        var search = reader;
        while (search.MoveNext())
        {
            if (search.Field == ResourceField)
            {
                ReadResource(search.ReadMessage("resource"));
            }
            else
            {
                search.Skip();
            }
        }
        rows.EndResource();
        while (reader.MoveNext())
        {
            if (reader.Field == InnerField)
            {
                ReadScopeItem(reader.ReadMessage(members.Scopes));
            }
            else
            {
                reader.Skip();
            }
        }
        rows.LeaveResource();
    }

    private void ReadResource(ProtobufReader reader)
    {
        while (reader.MoveNext())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
            }
            else if (AnyValues.TryReadAttribute(ref reader, "Resource.attributes", out var attribute))
            {
                rows.AddResourceAttribute(attribute);
            }
        }
    }

    private void ReadScopeItem(ProtobufReader reader)
    {
        rows.BeginScope();
        var search = reader;
        while (search.MoveNext())
        {
            if (search.Field == ScopeField)
            {
                ReadScope(search.ReadMessage("scope"));
            }
            else
            {
                search.Skip();
            }
        }
        while (reader.MoveNext())
        {
            if (reader.Field == InnerField)
            {
                ReadItem(reader.ReadMessage(members.Items));
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
                    if (AnyValues.TryReadAttribute(ref reader, "InstrumentationScope.attributes", out var attribute))
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
            rows.AddScopeAttribute(new OtlpAttribute(Values.AddText(key), value));
        }
    }
}
