using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Observability.Collector.Normalizing;
using Observability.Telemetry;

namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>What a metric's points are.</summary>
internal enum OtlpMetricKind
{
    Gauge,
    Sum,
    Histogram,
    Summary,
    ExponentialHistogram,
}

/// <summary>
/// Takes metric points from a decoder and writes them as series and samples in Prometheus' terms. Delta temporality and exponential histograms are
/// refused point by point: cumulating deltas needs state that a Collector among several does not have.
/// </summary>
internal sealed class MetricRows(OtlpValues values, EnvironmentWriters writers, EnvironmentResolver environments, PartialSuccess partial) : IOtlpRows
{
    private const int Cumulative = 2;

    // Labels of ours; a sender's attribute of that name is kept with Prometheus' prefix for such clashes.
    private static readonly string[] Reserved = [LabelNames.Environment, "job", "instance", "le", "quantile"];

    private readonly OtlpResource _resource = new(values, writers, environments);
    private readonly List<OtlpAttribute> _attributes = [];
    private readonly List<TextPair> _resourceLabels = [];
    private readonly List<TextPair> _labels = [];
    private readonly List<ulong> _counts = [];
    private readonly List<double> _bounds = [];
    private readonly List<(double Quantile, double Value)> _quantiles = [];
    private readonly byte[] _name = new byte[PrometheusName.BufferLength];
    private ReceiveLimits _limits = null!;
    private string? _refusal;
    private MetricKind _seriesKind;
    private OtlpMetricKind _kind;
    private int _nameLength;
    private int _points;
    private bool _resourceLabelsAreWritten;

    public ulong TimeUnixNanoseconds { get; set; }

    public double Value { get; set; }

    public bool HasValue { get; set; }

    /// <summary>Bit 0: the sender says that there is no value any more.</summary>
    public uint Flags { get; set; }

    public ulong Count { get; set; }

    public double Sum { get; set; }

    public bool HasSum { get; set; }

    public List<ulong> BucketCounts => _counts;

    public List<double> Bounds => _bounds;

    public List<(double Quantile, double Value)> Quantiles => _quantiles;

    public void Reset(ReceiveLimits limits)
    {
        _limits = limits;
        _points = 0;
    }

    public void BeginResource()
    {
        _resource.Begin();
        _resourceLabelsAreWritten = false;
    }

    public void AddResourceAttribute(OtlpAttribute attribute) => _resource.Add(attribute);

    public void EndResource() => _resource.End();

    /// <remarks>Scopes are no labels: Prometheus leaves them out unless told otherwise, because one more of them is one more of every series.</remarks>
    public void BeginScope()
    {
    }

    /// <inheritdoc cref="BeginScope"/>
    public void AddScopeAttribute(OtlpAttribute attribute)
    {
    }

    /// <summary>Everything about the metric but its points is known.</summary>
    public void BeginMetric(OtlpValue name, OtlpValue unit, OtlpMetricKind kind, int temporality, bool isMonotonic)
    {
        _kind = kind;
        var isCounter = kind == OtlpMetricKind.Sum && isMonotonic;
        _seriesKind = kind switch
        {
            OtlpMetricKind.Histogram => MetricKind.Histogram,
            OtlpMetricKind.Summary => MetricKind.Summary,
            _ => isCounter ? MetricKind.Counter : MetricKind.Gauge,
        };
        _nameLength = name.Length is > 0 and <= PrometheusName.MaximumLength
            ? PrometheusName.WriteMetric(values.TextOf(name), values.TextOf(unit), isCounter, kind == OtlpMetricKind.Gauge, _name)
            : 0;
        _refusal = RefusalOfMetric(name, kind, temporality);
    }

    public void BeginPoint()
    {
        _attributes.Clear();
        _counts.Clear();
        _bounds.Clear();
        _quantiles.Clear();
        TimeUnixNanoseconds = Count = 0;
        Value = Sum = 0;
        HasValue = HasSum = false;
        Flags = 0;
    }

    public void AddAttribute(OtlpAttribute attribute) => _attributes.Add(attribute);

    public void EndPoint()
    {
        if (++_points > _limits.RecordsPerRequest)
        {
            throw new MalformedPayloadException(
                $"the request holds more than {_limits.RecordsPerRequest} points (limits.records_per_request in settings.yaml); send smaller batches",
                $"point {_points}", RefusalKind.TooLarge);
        }
        if (_refusal is not null)
        {
            partial.Reject(_refusal);
        }
        else if (_resource.Writer is not { } writer)
        {
            partial.Reject(_resource.Refusal);
        }
        else if (RefusalOfPoint() is { } reason)
        {
            partial.Reject(reason);
        }
        else
        {
            Write(writer);
        }
    }

    private string? RefusalOfMetric(OtlpValue name, OtlpMetricKind kind, int temporality)
    {
        if (_nameLength == 0)
        {
            return name.Length == 0 ? "a metric has no name" : $"a metric's name is longer than {PrometheusName.MaximumLength} bytes or has no letter or digit";
        }
        if (kind == OtlpMetricKind.ExponentialHistogram)
        {
            return "exponential histograms are not yet stored; export explicit buckets";
        }
        return kind is OtlpMetricKind.Sum or OtlpMetricKind.Histogram && temporality != Cumulative
            ? "delta temporality is not yet supported; set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative"
            : null;
    }

    private string? RefusalOfPoint()
    {
        if (_attributes.Count > _limits.AttributesPerRecord)
        {
            return $"a point has more than {_limits.AttributesPerRecord} attributes (limits.attributes_per_record in settings.yaml)";
        }
        if (TimeUnixNanoseconds > long.MaxValue)
        {
            return "a time is later than the year 2262, so it is probably not in nanoseconds";
        }
        var isStale = (Flags & 1) != 0;
        return _kind switch
        {
            OtlpMetricKind.Gauge or OtlpMetricKind.Sum when !HasValue && !isStale => "a point has neither an integer nor a double value",
            OtlpMetricKind.Histogram when _counts.Count > 0 && _counts.Count != _bounds.Count + 1 => "a histogram does not have one more bucket than bounds",
            _ => null,
        };
    }

    private void Write(TelemetryBatchWriter writer)
    {
        if (!_resourceLabelsAreWritten)
        {
            WriteResourceLabels(writer);
        }
        _labels.Clear();
        _labels.AddRange(_resourceLabels);
        foreach (var (key, value) in _attributes)
        {
            AddLabel(writer, values.TextOf(key), value);
        }
        var time = TimeUnixNanoseconds != 0 ? (long)TimeUnixNanoseconds : writers.ReceivedUnixNanoseconds;
        var timestamp = time / 1_000_000;
        switch (_kind)
        {
            case OtlpMetricKind.Histogram:
                WriteHistogram(writer, timestamp);
                break;
            case OtlpMetricKind.Summary:
                WriteSummary(writer, timestamp);
                break;
            default:
                AddSample(writer, ""u8, timestamp, Value);
                break;
        }
    }

    private void WriteHistogram(TelemetryBatchWriter writer, long timestamp)
    {
        Span<byte> bound = stackalloc byte[32];
        ulong total = 0;
        for (var i = 0; i < _counts.Count; i++)
        {
            total += _counts[i];
            if (i < _bounds.Count && !double.IsPositiveInfinity(_bounds[i]))
            {
                _bounds[i].TryFormat(bound, out var length, default, CultureInfo.InvariantCulture);
                AddSample(writer, "_bucket"u8, timestamp, total, "le"u8, bound[..length]);
            }
        }
        AddSample(writer, "_bucket"u8, timestamp, Count, "le"u8, "+Inf"u8);
        if (HasSum)
        {
            AddSample(writer, "_sum"u8, timestamp, Sum);
        }
        AddSample(writer, "_count"u8, timestamp, Count);
    }

    private void WriteSummary(TelemetryBatchWriter writer, long timestamp)
    {
        Span<byte> text = stackalloc byte[32];
        foreach (var (quantile, value) in _quantiles)
        {
            quantile.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
            AddSample(writer, ""u8, timestamp, value, "quantile"u8, text[..length]);
        }
        AddSample(writer, "_sum"u8, timestamp, Sum);
        AddSample(writer, "_count"u8, timestamp, Count);
    }

    private void AddSample(TelemetryBatchWriter writer, ReadOnlySpan<byte> suffix, long timestamp, double value,
        ReadOnlySpan<byte> extraName = default, ReadOnlySpan<byte> extraValue = default)
    {
        var kept = _labels.Count;
        suffix.CopyTo(_name.AsSpan(_nameLength));
        _labels.Add(new TextPair(writer.Intern(LabelSet.MetricName), writer.Intern(_name.AsSpan(0, _nameLength + suffix.Length))));
        if (!extraName.IsEmpty)
        {
            _labels.Add(new TextPair(writer.Intern(extraName), writer.Intern(extraValue)));
        }
        var series = writer.AddSeries(_seriesKind, CollectionsMarshal.AsSpan(_labels));
        writer.AddSample(series, timestamp, (Flags & 1) != 0 ? StalenessMarker.Value : value);
        CollectionsMarshal.SetCount(_labels, kept);
    }

    private void AddLabel(TelemetryBatchWriter writer, ReadOnlySpan<byte> key, in OtlpValue value)
    {
        Span<byte> name = stackalloc byte[PrometheusName.BufferLength];
        if (key.Length > PrometheusName.MaximumLength)
        {
            return;
        }
        const string Clash = "exported_";
        var length = PrometheusName.WriteLabel(key, name[Clash.Length..]);
        var text = values.TextOf(Clean(_resource.AsText(value)));
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
        SetLabel(new TextPair(writer.Intern(label), writer.Intern(text)));
    }

    // Two attributes may become one label (a.b and a_b), and a point's own label wins over its resource's.
    private void SetLabel(TextPair pair)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (_labels[i].Name == pair.Name)
            {
                _labels[i] = pair;
                return;
            }
        }
        _labels.Add(pair);
    }

    private static bool IsReserved(ReadOnlySpan<byte> label)
    {
        foreach (var reserved in Reserved)
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
    private void WriteResourceLabels(TelemetryBatchWriter writer)
    {
        _resourceLabelsAreWritten = true;
        _resourceLabels.Clear();
        _resourceLabels.Add(new TextPair(writer.Intern(LabelNames.Environment), writer.Intern(_resource.Environment.Name)));
        var service = _resource.Text("service.name"u8);
        var serviceNamespace = _resource.Text("service.namespace"u8);
        AddResourceLabel(writer, "job", serviceNamespace.Length > 0 ? $"{serviceNamespace}/{service}" : service);
        AddResourceLabel(writer, "instance", _resource.Text("service.instance.id"u8));
        foreach (var (key, value) in _resource.Attributes)
        {
            if (OtlpResource.LabelOf(values.TextOf(key)) is { } label and not LabelNames.ServiceName && values.TextOf(Clean(_resource.AsText(value))) is { Length: > 0 } text)
            {
                _resourceLabels.Add(new TextPair(writer.Intern(label), writer.Intern(text)));
            }
        }
    }

    private void AddResourceLabel(TelemetryBatchWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            _resourceLabels.Add(new TextPair(writer.Intern(name), writer.Intern(value)));
        }
    }
}
