using System.Text;
using Observability.Collector.Normalizing;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>
/// The resource that the following records belong to: its attributes, and what follows from them. Used for logs (stream labels and attributes) and for
/// metrics (labels of every series).
/// </summary>
internal sealed class OtlpResource(OtlpValues values, EnvironmentWriters writers, EnvironmentResolver environments, ResourceNames names)
{
    private readonly List<OtlpAttribute> _attributes = [];

    public ResourceNames Names => names;

    public IReadOnlyList<OtlpAttribute> Attributes => _attributes;

    /// <summary>Null when records of the resource are refused; then <see cref="Refusal"/> says why.</summary>
    public TelemetryBatchWriter? Writer { get; private set; }

    public string Refusal { get; private set; } = "";

    /// <summary>The refusal is about who sends, not about what.</summary>
    public bool IsForbidden { get; private set; }

    public ResolvedEnvironment Environment { get; private set; }

    public void Begin()
    {
        _attributes.Clear();
        Writer = null;
    }

    public void Add(OtlpAttribute attribute) => _attributes.Add(attribute);

    /// <summary>All attributes are known: finds the environment and its frame.</summary>
    public void End()
    {
        Environment = environments.Resolve(EnvironmentWord());
        IsForbidden = !writers.Actor.Covers(Environment.Name);
        if (IsForbidden)
        {
            Refusal = $"the API key '{writers.Actor.Name}' may not write environment '{Environment.Name}'";
            return;
        }
        Writer = writers.Of(Environment.Name);
        Refusal = Writer is null ? $"a request may name at most {ReceiveLimits.MaximumEnvironmentsPerRequest} environments" : "";
    }

    /// <summary>A text attribute of the resource, or empty.</summary>
    public string Text(ReadOnlySpan<byte> key) => TryFind(key, out var value) ? Encoding.UTF8.GetString(values.TextOf(value)) : "";

    public bool TryFind(ReadOnlySpan<byte> key, out OtlpValue value)
    {
        foreach (var attribute in _attributes)
        {
            if (attribute.Value.Type == AttributeType.Text && values.TextOf(attribute.Key).SequenceEqual(key))
            {
                value = attribute.Value;
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>The value as text, for places that hold only texts (labels, attributes of a resource).</summary>
    public OtlpValue AsText(in OtlpValue value)
    {
        if (value.IsText)
        {
            return value;
        }
        if (value.Type == AttributeType.Boolean)
        {
            return values.AddText(value.Bits != 0 ? "true"u8 : "false"u8);
        }
        Span<byte> digits = stackalloc byte[32];
        int length;
        _ = value.Type == AttributeType.Integer
            ? value.Bits.TryFormat(digits, out length, default, System.Globalization.CultureInfo.InvariantCulture)
            : value.AsDouble.TryFormat(digits, out length, default, System.Globalization.CultureInfo.InvariantCulture);
        return values.AddText(digits[..length]);
    }

    private string EnvironmentWord()
    {
        foreach (var name in names.Environment)
        {
            if (Text(name) is { Length: > 0 } word)
            {
                return word;
            }
        }
        return "";
    }
}
