using System.Text;
using System.Text.Json;
using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>What OTLP/JSON calls the members that enclose a signal's records.</summary>
internal sealed record JsonMembers(string Resources, string Scopes, string Items)
{
    /// <summary>One of the resources, as a refusal calls it.</summary>
    public string Resource { get; } = Resources + "[]";

    /// <inheritdoc cref="Resource"/>
    public string Scope { get; } = Scopes + "[]";

    public byte[] ResourcesUtf8 { get; } = Encoding.UTF8.GetBytes(Resources);

    public byte[] ScopesUtf8 { get; } = Encoding.UTF8.GetBytes(Scopes);

    public byte[] ItemsUtf8 { get; } = Encoding.UTF8.GetBytes(Items);
}

/// <summary>
/// Reads what the requests of all signals have in common in OTLP/JSON: resources with their scopes with their items. Members may come in any order: where
/// items stand before what they need, they are bookmarked, skipped and read afterwards.
/// </summary>
internal abstract class JsonEnvelope
{
    private readonly OtlpValues _values;
    private readonly IOtlpRows _rows;
    private readonly JsonMembers _members;
    private readonly Action<OtlpAttribute> _addResource;
    private readonly Action<OtlpAttribute> _addScope;

    protected JsonEnvelope(OtlpValues values, IOtlpRows rows, JsonMembers members)
    {
        _values = values;
        _rows = rows;
        _members = members;
        AnyValues = new JsonValues(values);
        _addResource = rows.AddResourceAttribute;
        _addScope = rows.AddScopeAttribute;
    }

    protected JsonValues AnyValues { get; }

    /// <exception cref="MalformedPayloadException">Not such a message, or more than the limits allow.</exception>
    public void Read(ReceiveLimits limits)
    {
        _rows.Reset(limits);
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
                if (name.Is(_members.ResourcesUtf8) && reader.TryEnterArray(_members.Resources))
                {
                    while (reader.MoveNextItem())
                    {
                        ReadResourceItem(ref reader);
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

    /// <summary>Stands on a log record, a metric or a span.</summary>
    protected abstract void ReadItem(ref OtlpJsonReader reader);

    private void ReadResourceItem(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject(_members.Resource))
        {
            return;
        }
        _rows.BeginResource();
        var isKnown = false;
        var hasBookmark = false;
        OtlpJsonReader bookmark = default;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("resource"u8))
            {
                ReadResource(ref reader);
                _rows.EndResource();
                isKnown = true;
            }
            else if (name.Is(_members.ScopesUtf8) && isKnown)
            {
                ReadScopes(ref reader);
            }
            else
            {
                if (name.Is(_members.ScopesUtf8))
                {
                    bookmark = reader;
                    hasBookmark = true;
                }
                reader.Skip();
            }
        }
        if (hasBookmark)
        {
            if (!isKnown)
            {
                _rows.EndResource();
            }
            ReadScopes(ref bookmark);
        }
        _rows.LeaveResource();
    }

    private void ReadResource(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("resource"))
        {
            return;
        }
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("attributes"u8))
            {
                AnyValues.ReadAttributes(ref reader, "resource.attributes", _addResource);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadScopes(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterArray(_members.Scopes))
        {
            return;
        }
        while (reader.MoveNextItem())
        {
            ReadScopeItem(ref reader);
        }
    }

    private void ReadScopeItem(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject(_members.Scope))
        {
            return;
        }
        _rows.BeginScope();
        var isKnown = false;
        var hasBookmark = false;
        OtlpJsonReader bookmark = default;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("scope"u8))
            {
                ReadScope(ref reader);
                isKnown = true;
            }
            else if (name.Is(_members.ItemsUtf8) && isKnown)
            {
                ReadItems(ref reader);
            }
            else
            {
                if (name.Is(_members.ItemsUtf8))
                {
                    bookmark = reader;
                    hasBookmark = true;
                }
                reader.Skip();
            }
        }
        if (hasBookmark)
        {
            ReadItems(ref bookmark);
        }
    }

    private void ReadScope(ref OtlpJsonReader reader)
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
                AnyValues.ReadAttributes(ref reader, "scope.attributes", _addScope);
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

    private void ReadItems(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterArray(_members.Items))
        {
            return;
        }
        while (reader.MoveNextItem())
        {
            ReadItem(ref reader);
        }
    }
}
