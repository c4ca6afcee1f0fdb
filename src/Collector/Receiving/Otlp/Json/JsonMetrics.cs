using System.Text.Json;
using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>Reads <c>ExportMetricsServiceRequest</c> in OTLP/JSON into rows. A metric's points are read after its other members, whatever their order.</summary>
internal sealed class JsonMetrics
{
    private readonly OtlpValues _values;
    private readonly MetricRows _rows;
    private readonly JsonValues _anyValues;
    private readonly JsonPoints _points;
    private readonly Action<OtlpAttribute> _addResource;

    public JsonMetrics(OtlpValues values, MetricRows rows)
    {
        _values = values;
        _rows = rows;
        _anyValues = new JsonValues(values);
        _points = new JsonPoints(_anyValues, rows);
        _addResource = rows.AddResourceAttribute;
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
                if (name.Is("resourceMetrics"u8) && reader.TryEnterArray("resourceMetrics"))
                {
                    while (reader.MoveNextItem())
                    {
                        ReadResourceMetrics(ref reader);
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

    private void ReadResourceMetrics(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("resourceMetrics[]"))
        {
            return;
        }
        _rows.BeginResource();
        var hasBookmark = false;
        OtlpJsonReader bookmark = default;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("resource"u8))
            {
                ReadResource(ref reader);
            }
            else
            {
                if (name.Is("scopeMetrics"u8))
                {
                    bookmark = reader;
                    hasBookmark = true;
                }
                reader.Skip();
            }
        }
        _rows.EndResource();
        if (hasBookmark && bookmark.TryEnterArray("scopeMetrics"))
        {
            while (bookmark.MoveNextItem())
            {
                ReadScope(ref bookmark);
            }
        }
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
                _anyValues.ReadAttributes(ref reader, "resource.attributes", _addResource);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadScope(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("scopeMetrics[]"))
        {
            return;
        }
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("metrics"u8) && reader.TryEnterArray("metrics"))
            {
                while (reader.MoveNextItem())
                {
                    ReadMetric(ref reader);
                }
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadMetric(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("metrics[]"))
        {
            return;
        }
        OtlpValue name = default;
        OtlpValue unit = default;
        OtlpMetricKind? kind = null;
        OtlpJsonReader data = default;
        while (reader.MoveNextMember(out var member))
        {
            if (member.Is("name"u8))
            {
                name = reader.ReadText("metric.name");
            }
            else if (member.Is("unit"u8))
            {
                unit = reader.ReadText("metric.unit");
            }
            else
            {
                if (KindOf(member) is { } found && reader.Token != JsonTokenType.Null)
                {
                    kind = found;
                    data = reader;
                }
                reader.Skip();
            }
        }
        if (kind is { } known)
        {
            ReadData(name, unit, known, ref data);
        }
    }

    private void ReadData(OtlpValue name, OtlpValue unit, OtlpMetricKind kind, ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("metric data"))
        {
            return;
        }
        var temporality = 0;
        var isMonotonic = false;
        var hasPoints = false;
        OtlpJsonReader points = default;
        while (reader.MoveNextMember(out var member))
        {
            if (member.Is("aggregationTemporality"u8))
            {
                temporality = reader.ReadEnum("aggregationTemporality", "AGGREGATION_TEMPORALITY_"u8, OtlpEnums.TemporalityOf);
            }
            else if (member.Is("isMonotonic"u8))
            {
                isMonotonic = reader.ReadBoolean("isMonotonic");
            }
            else
            {
                if (member.Is("dataPoints"u8))
                {
                    points = reader;
                    hasPoints = true;
                }
                reader.Skip();
            }
        }
        _rows.BeginMetric(name, unit, kind, temporality, isMonotonic);
        if (hasPoints)
        {
            _points.Read(ref points, kind);
        }
    }

    private static OtlpMetricKind? KindOf(JsonMemberName name)
    {
        if (name.Is("gauge"u8))
        {
            return OtlpMetricKind.Gauge;
        }
        if (name.Is("sum"u8))
        {
            return OtlpMetricKind.Sum;
        }
        if (name.Is("histogram"u8))
        {
            return OtlpMetricKind.Histogram;
        }
        if (name.Is("summary"u8))
        {
            return OtlpMetricKind.Summary;
        }
        return name.Is("exponentialHistogram"u8) ? OtlpMetricKind.ExponentialHistogram : null;
    }
}
