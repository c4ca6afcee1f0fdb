using System.Text.Json;
using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>Reads <c>ExportMetricsServiceRequest</c> in OTLP/JSON into rows. A metric's points are read after its other members, whatever their order.</summary>
internal sealed class JsonMetrics : JsonEnvelope
{
    private static readonly JsonMembers s_members = new("resourceMetrics", "scopeMetrics", "metrics");

    private readonly MetricRows _rows;
    private readonly JsonPoints _points;

    public JsonMetrics(OtlpValues values, MetricRows rows)
        : base(values, rows, s_members)
    {
        _rows = rows;
        _points = new JsonPoints(AnyValues, rows);
    }

    protected override void ReadItem(ref OtlpJsonReader reader)
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
