using System.Globalization;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// What a selector asks of names that streams here never have: <c>{app="orders"}</c> of somebody who pushes the label <c>app</c> means the attribute that it became.
/// A store selects streams only, so such conditions are taken out of the selector and put to each record; a name is looked for as LogQL's label filters do.
/// </summary>
internal sealed class AttributeConditions
{
    /// <summary>Bigger: more names remembered, more memory; a selector's records have as many names as their senders have fields.</summary>
    private const int MaximumNamesRemembered = 4096;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public AttributeConditions(IReadOnlyList<LabelMatcher> selector)
    {
        Stream = [.. selector.Where(static matcher => LabelNames.OfStreams.Contains(matcher.Name))];
        Others = Stream.Count == selector.Count ? [] : [.. selector.Where(static matcher => !LabelNames.OfStreams.Contains(matcher.Name))];
    }

    /// <summary>For the store.</summary>
    public IReadOnlyList<LabelMatcher> Stream { get; }

    /// <summary>For each record; mostly none.</summary>
    public IReadOnlyList<LabelMatcher> Others { get; }

    public bool Accept(LogRecord record)
    {
        foreach (var matcher in Others)
        {
            if (!matcher.Matches(ValueOf(record, matcher.Name)))
            {
                return false;
            }
        }
        return true;
    }

    private string ValueOf(LogRecord record, string name)
    {
        if (record.Stream[name] is { Length: > 0 } label)
        {
            return label;
        }
        switch (name)
        {
            case "trace_id" when record.TraceId.Length > 0:
                return record.TraceId;
            case "span_id" when record.SpanId.Length > 0:
                return record.SpanId;
            case "severity_number" when record.SeverityNumber > 0:
                return record.SeverityNumber.ToString(CultureInfo.InvariantCulture);
        }
        // Of two of one name the later counts, as on the line itself.
        for (var index = record.Attributes.Count - 1; index >= 0; index--)
        {
            if (record.Attributes[index] is { Value.Length: > 0 } attribute && NameOf(attribute.Name) == name)
            {
                return attribute.Value;
            }
        }
        return "";
    }

    private string NameOf(string attribute)
    {
        if (_names.TryGetValue(attribute, out var name))
        {
            return name;
        }
        name = LabelNames.FromAttribute(attribute);
        if (_names.Count < MaximumNamesRemembered)
        {
            _names.Add(attribute, name);
        }
        return name;
    }
}
