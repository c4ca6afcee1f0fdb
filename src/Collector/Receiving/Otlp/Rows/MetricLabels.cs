using System.Runtime.InteropServices;
using System.Text;
using Observability.Collector.Normalizing;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>
/// The labels of a point's series: those of its resource, then its attributes, then the metric's name with what its kind adds. A label of the point wins over
/// one of its resource; attributes that become one label are joined (the same specification, "Metric Attributes").
/// </summary>
internal sealed class MetricLabels(OtlpValues values, OtlpResource resource)
{
    private const string Clash = "exported_";

    // Labels of ours; a sender's attribute of that name is kept with Prometheus' prefix for such clashes.
    private static readonly string[] s_reserved = [LabelNames.Environment, "job", "instance", "le", "quantile"];

    private readonly List<TextPair> _ofResource = [];
    private readonly List<TextPair> _labels = [];
    private readonly List<OtlpAttribute> _ofTarget = [];
    private bool _resourceIsWritten;
    private int _ofPoint;
    private bool _hasTwins;

    /// <summary>All labels of one series, until the next call.</summary>
    public ReadOnlySpan<TextPair> Written => CollectionsMarshal.AsSpan(_labels);

    public void BeginResource() => _resourceIsWritten = false;

    /// <summary>The labels that all series of a point share.</summary>
    public void WritePoint(TelemetryBatchWriter writer, List<OtlpAttribute> attributes)
    {
        if (!TryWrite(writer, attributes))
        {
            WriteSorted(writer, attributes);
        }
        _ofPoint = _labels.Count;
    }

    /// <summary>The labels of the point with a metric's name and, of a bucket or quantile, which one it is.</summary>
    public ReadOnlySpan<TextPair> With(TelemetryBatchWriter writer, ReadOnlySpan<byte> metric, ReadOnlySpan<byte> extraName, ReadOnlySpan<byte> extraValue)
    {
        CollectionsMarshal.SetCount(_labels, _ofPoint);
        _labels.Add(new TextPair(writer.Intern(LabelSet.MetricName), writer.Intern(metric)));
        if (!extraName.IsEmpty)
        {
            _labels.Add(new TextPair(writer.Intern(extraName), writer.Intern(extraValue)));
        }
        return Written;
    }

    /// <summary>
    /// The labels of <c>target_info</c>: every attribute of the resource but those that job and instance are made of. False when it would say nothing, or
    /// nothing that a series could be joined with.
    /// </summary>
    public bool WriteTargetInfo(TelemetryBatchWriter writer)
    {
        if (resource.Text("service.name"u8).Length + resource.Text("service.instance.id"u8).Length == 0)
        {
            return false;
        }
        _ofTarget.Clear();
        foreach (var attribute in resource.Attributes)
        {
            if (!IsIdentity(values.TextOf(attribute.Key)))
            {
                _ofTarget.Add(attribute);
            }
        }
        WritePoint(writer, _ofTarget);
        _labels.Add(new TextPair(writer.Intern(LabelSet.MetricName), writer.Intern("target_info"u8)));
        return _ofPoint > _ofResource.Count;
    }

    private static bool IsIdentity(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("service.name"u8) || key.SequenceEqual("service.namespace"u8) || key.SequenceEqual("service.instance.id"u8);

    /// <summary>False when attributes were joined, in the order in which the sender wrote them.</summary>
    private bool TryWrite(TelemetryBatchWriter writer, List<OtlpAttribute> attributes)
    {
        Begin(writer);
        foreach (var attribute in attributes)
        {
            AddAttribute(writer, attribute);
        }
        return !_hasTwins;
    }

    // Rare, and apart, because only this needs an object: joined values stand in the order of their keys.
    private void WriteSorted(TelemetryBatchWriter writer, List<OtlpAttribute> attributes)
    {
        attributes.Sort((left, right) => values.TextOf(left.Key).SequenceCompareTo(values.TextOf(right.Key)));
        TryWrite(writer, attributes);
    }

    private void Begin(TelemetryBatchWriter writer)
    {
        if (!_resourceIsWritten)
        {
            WriteResource(writer);
        }
        _labels.Clear();
        _labels.AddRange(_ofResource);
        _hasTwins = false;
    }

    private void AddAttribute(TelemetryBatchWriter writer, in OtlpAttribute attribute)
    {
        var key = values.TextOf(attribute.Key);
        if (key.Length > PrometheusName.MaximumLength)
        {
            return;
        }
        Span<byte> name = stackalloc byte[PrometheusName.BufferLength];
        var length = PrometheusName.WriteLabel(key, name[Clash.Length..]);
        var text = values.TextOf(Clean(resource.AsText(attribute.Value)));
        if (length == 0 || text.IsEmpty)
        {
            return;
        }
        var label = name.Slice(Clash.Length, length);
        if (IsReserved(label))
        {
            "exported_"u8.CopyTo(name);
            label = name[..(Clash.Length + length)];
        }
        Set(writer, writer.Intern(label), text);
    }

    private void Set(TelemetryBatchWriter writer, int name, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (_labels[i].Name != name)
            {
                continue;
            }
            // a.b and a_b, both of the point; one that is given twice with the same value says nothing new.
            var isTwin = i >= _ofResource.Count && !writer.Text(_labels[i].Value).SequenceEqual(text);
            _hasTwins |= isTwin;
            _labels[i] = new TextPair(name, writer.Intern(isTwin ? [.. writer.Text(_labels[i].Value), (byte)';', .. text] : text));
            return;
        }
        _labels.Add(new TextPair(name, writer.Intern(text)));
    }

    private static bool IsReserved(ReadOnlySpan<byte> label)
    {
        foreach (var reserved in s_reserved)
        {
            if (Ascii.Equals(label, reserved))
            {
                return true;
            }
        }
        return false;
    }

    private OtlpValue Clean(in OtlpValue value)
    {
        var valid = values.MakeValid(value);
        return SecretRedactor.Redact(values.TextOf(valid)) is { } redacted ? values.AddText(redacted, valid.Type) : valid;
    }

    // job and instance identify the target (the same specification, "Resource Attributes"); the rest of the vocabulary makes series routable.
    private void WriteResource(TelemetryBatchWriter writer)
    {
        _resourceIsWritten = true;
        _ofResource.Clear();
        _ofResource.Add(new TextPair(writer.Intern(LabelNames.Environment), writer.Intern(resource.Environment.Name)));
        var service = resource.Text("service.name"u8);
        var serviceNamespace = resource.Text("service.namespace"u8);
        AddOfResource(writer, "job", serviceNamespace.Length > 0 ? $"{serviceNamespace}/{service}" : service);
        AddOfResource(writer, "instance", resource.Text("service.instance.id"u8));
        foreach (var (key, value) in resource.Attributes)
        {
            if (resource.Names.LabelOf(values.TextOf(key)) is { } label and not LabelNames.ServiceName && values.TextOf(Clean(resource.AsText(value))) is { Length: > 0 } text)
            {
                _ofResource.Add(new TextPair(writer.Intern(label), writer.Intern(text)));
            }
        }
    }

    private void AddOfResource(TelemetryBatchWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            _ofResource.Add(new TextPair(writer.Intern(name), writer.Intern(value)));
        }
    }
}
