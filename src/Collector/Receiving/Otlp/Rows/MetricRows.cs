using System.Globalization;
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
/// Takes metric points from a decoder and writes them as series and samples in Prometheus' terms (OpenTelemetry specification, "Prometheus and OpenMetrics
/// Compatibility", OTLP metric points to Prometheus). Points of delta temporality are written as the increments that they are: the metric store adds them up,
/// because a Collector among several does not see them all.
/// </summary>
internal sealed class MetricRows : IOtlpRows
{
    /// <summary>Each bucket is a series. Bigger: one wrong setting of a sender takes more of all the series that there may be.</summary>
    private const int MaximumBuckets = 1_024;

    private const int Delta = 1;
    private const int Cumulative = 2;

    private readonly OtlpValues _values;
    private readonly EnvironmentWriters _writers;
    private readonly PartialSuccess _partial;
    private readonly OtlpResource _resource;
    private readonly MetricLabels _labels;
    private readonly List<OtlpAttribute> _attributes = [];
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
    private (int Lowest, int Highest) _powers;
    private long _newestMilliseconds = long.MinValue;

    public MetricRows(OtlpValues values, EnvironmentWriters writers, EnvironmentResolver environments, PartialSuccess partial)
    {
        (_values, _writers, _partial) = (values, writers, partial);
        _resource = new OtlpResource(values, writers, environments, ResourceNames.Otlp);
        _labels = new MetricLabels(values, _resource);
    }

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

    public ExponentialBuckets Exponential { get; } = new();

    public void Reset(ReceiveLimits limits)
    {
        _limits = limits;
        _points = 0;
    }

    public void BeginResource()
    {
        _resource.Begin();
        _newestMilliseconds = long.MinValue;
    }

    public void AddResourceAttribute(OtlpAttribute attribute) => _resource.Add(attribute);

    public void EndResource()
    {
        _resource.End();
        _labels.BeginResource();
    }

    /// <summary>What the resource says beside the labels of its series is on <c>target_info</c>, at the time of its newest point; joined by job and instance.</summary>
    public void LeaveResource()
    {
        if (_newestMilliseconds != long.MinValue && _resource.Writer is { } writer && _labels.WriteTargetInfo(writer))
        {
            writer.AddSample(writer.AddSeries(MetricKind.Gauge, _labels.Written), _newestMilliseconds, 1);
        }
    }

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
        var isDelta = temporality == Delta;
        _seriesKind = kind switch
        {
            OtlpMetricKind.Histogram or OtlpMetricKind.ExponentialHistogram => isDelta ? MetricKind.DeltaHistogram : MetricKind.Histogram,
            OtlpMetricKind.Summary => MetricKind.Summary,
            _ when isCounter => isDelta ? MetricKind.DeltaCounter : MetricKind.Counter,
            _ => MetricKind.Gauge,
        };
        _nameLength = name.Length is > 0 and <= PrometheusName.MaximumLength
            ? PrometheusName.WriteMetric(_values.TextOf(name), _values.TextOf(unit), isCounter, kind == OtlpMetricKind.Gauge, _name)
            : 0;
        _powers = ExponentialBuckets.PowersOf(_values.TextOf(unit));
        _refusal = RefusalOfMetric(name, kind, temporality, isMonotonic);
    }

    public void BeginPoint()
    {
        _attributes.Clear();
        _counts.Clear();
        _bounds.Clear();
        _quantiles.Clear();
        Exponential.Clear();
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
            _partial.Reject(_refusal);
        }
        else if (_resource.Writer is not { } writer)
        {
            _partial.Reject(_resource.Refusal);
        }
        else if (RefusalOfPoint() is { } reason)
        {
            _partial.Reject(reason);
        }
        else
        {
            Write(writer);
        }
    }

    private string? RefusalOfMetric(OtlpValue name, OtlpMetricKind kind, int temporality, bool isMonotonic)
    {
        if (_nameLength == 0)
        {
            return name.Length == 0 ? "a metric has no name" : $"a metric's name is longer than {PrometheusName.MaximumLength} bytes or has no letter or digit";
        }
        if (kind is OtlpMetricKind.Gauge or OtlpMetricKind.Summary || temporality == Cumulative)
        {
            return null;
        }
        if (temporality != Delta)
        {
            return "a sum or histogram does not say its temporality; 1 (delta) or 2 (cumulative) is expected as aggregation_temporality";
        }
        return kind == OtlpMetricKind.Sum && !isMonotonic
            ? "increments of a sum that also falls are no series of Prometheus; set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative or lowmemory"
            : null;
    }

    private string? RefusalOfPoint()
    {
        var mostAttributes = Math.Min(_limits.AttributesPerRecord, SeriesLabelLimits.MaximumLabels);
        if (_attributes.Count > mostAttributes)
        {
            return $"a point has more than {mostAttributes} attributes (limits.attributes_per_record in settings.yaml, and {SeriesLabelLimits.MaximumLabels} at most)";
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
            OtlpMetricKind.Histogram when _counts.Count > MaximumBuckets => $"a histogram has more than {MaximumBuckets} buckets",
            OtlpMetricKind.ExponentialHistogram => Exponential.Refusal,
            _ => null,
        };
    }

    private void Write(TelemetryBatchWriter writer)
    {
        _labels.WritePoint(writer, _attributes);
        var time = TimeUnixNanoseconds != 0 ? (long)TimeUnixNanoseconds : _writers.ReceivedUnixNanoseconds;
        var timestamp = time / 1_000_000;
        _newestMilliseconds = Math.Max(_newestMilliseconds, timestamp);
        switch (_kind)
        {
            case OtlpMetricKind.Histogram:
                WriteHistogram(writer, timestamp);
                break;
            case OtlpMetricKind.ExponentialHistogram:
                WriteExponentialHistogram(writer, timestamp);
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
        WriteTotals(writer, timestamp);
    }

    // Prometheus' own exponential buckets are its native histograms; ours are classic, with the same bounds at every point.
    private void WriteExponentialHistogram(TelemetryBatchWriter writer, long timestamp)
    {
        Span<byte> bound = stackalloc byte[32];
        for (var power = _powers.Lowest; power <= _powers.Highest; power++)
        {
            Math.ScaleB(1.0, power).TryFormat(bound, out var length, default, CultureInfo.InvariantCulture);
            AddSample(writer, "_bucket"u8, timestamp, Math.Min(Exponential.CountUpTo(power), Count), "le"u8, bound[..length]);
        }
        WriteTotals(writer, timestamp);
    }

    private void WriteTotals(TelemetryBatchWriter writer, long timestamp)
    {
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
        suffix.CopyTo(_name.AsSpan(_nameLength));
        var series = writer.AddSeries(_seriesKind, _labels.With(writer, _name.AsSpan(0, _nameLength + suffix.Length), extraName, extraValue));
        writer.AddSample(series, timestamp, (Flags & 1) != 0 ? StalenessMarker.Value : value);
    }
}
