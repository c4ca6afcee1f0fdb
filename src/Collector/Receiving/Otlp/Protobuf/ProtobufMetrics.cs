using System.Buffers.Binary;
using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Protobuf;

/// <summary>Reads <c>ExportMetricsServiceRequest</c> (opentelemetry/proto/metrics/v1, proto 1.9) into rows.</summary>
internal sealed class ProtobufMetrics(OtlpValues values, MetricRows rows) : ProtobufEnvelope(values, rows, s_members)
{
    private static readonly ProtobufMembers s_members = new("resource_metrics", "ResourceMetrics.scope_metrics", "ScopeMetrics.metrics");

    protected override void ReadItem(ProtobufReader reader)
    {
        OtlpValue name = default;
        OtlpValue unit = default;
        var data = default(ProtobufReader);
        OtlpMetricKind? kind = null;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.ReadText("Metric.name");
                    break;
                case 3:
                    unit = reader.ReadText("Metric.unit");
                    break;
                case 5 or 7 or 9 or 10 or 11:
                    kind = KindOf(reader.Field);
                    data = reader.ReadMessage("Metric.data");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (kind is { } known)
        {
            ReadData(name, unit, known, data);
        }
    }

    private void ReadData(OtlpValue name, OtlpValue unit, OtlpMetricKind kind, ProtobufReader data)
    {
        var temporality = 0;
        var isMonotonic = false;
        var search = data;
        while (search.MoveNext())
        {
            switch (search.Field)
            {
                case 2:
                    temporality = (int)search.ReadVarint("aggregation_temporality");
                    break;
                case 3:
                    isMonotonic = search.ReadVarint("is_monotonic") != 0;
                    break;
                default:
                    search.Skip();
                    break;
            }
        }
        rows.BeginMetric(name, unit, kind, temporality, isMonotonic);
        while (data.MoveNext())
        {
            if (data.Field != 1)
            {
                data.Skip();
                continue;
            }
            var point = data.ReadMessage("data_points");
            rows.BeginPoint();
            ReadPoint(kind, ref point);
            rows.EndPoint();
        }
    }

    private void ReadPoint(OtlpMetricKind kind, ref ProtobufReader point)
    {
        while (point.MoveNext())
        {
            if (point.Field == (kind == OtlpMetricKind.Histogram ? 9 : kind == OtlpMetricKind.ExponentialHistogram ? 1 : 7))
            {
                if (AnyValues.TryReadAttribute(ref point, "attributes", out var attribute))
                {
                    rows.AddAttribute(attribute);
                }
            }
            else if (point.Field == 3)
            {
                rows.TimeUnixNanoseconds = point.ReadFixed64("time_unix_nano");
            }
            else
            {
                ReadPointField(kind, ref point);
            }
        }
    }

    private void ReadPointField(OtlpMetricKind kind, ref ProtobufReader point)
    {
        switch (kind, point.Field)
        {
            case (OtlpMetricKind.Gauge or OtlpMetricKind.Sum, 4):
                rows.Value = point.ReadDouble("NumberDataPoint.as_double");
                rows.HasValue = true;
                break;
            case (OtlpMetricKind.Gauge or OtlpMetricKind.Sum, 6):
                rows.Value = (long)point.ReadFixed64("NumberDataPoint.as_int");
                rows.HasValue = true;
                break;
            case (not (OtlpMetricKind.Gauge or OtlpMetricKind.Sum), 4):
                rows.Count = point.ReadFixed64("count");
                break;
            case (not (OtlpMetricKind.Gauge or OtlpMetricKind.Sum), 5):
                rows.Sum = point.ReadDouble("sum");
                rows.HasSum = true;
                break;
            case (OtlpMetricKind.Histogram, 6):
                ReadCounts(ref point);
                break;
            case (OtlpMetricKind.Histogram, 7):
                ReadBounds(ref point);
                break;
            case (OtlpMetricKind.Summary, 6):
                ReadQuantile(point.ReadMessage("SummaryDataPoint.quantile_values"));
                break;
            case (OtlpMetricKind.Gauge or OtlpMetricKind.Sum or OtlpMetricKind.Summary, 8) or (OtlpMetricKind.Histogram or OtlpMetricKind.ExponentialHistogram, 10):
                rows.Flags = (uint)point.ReadVarint("flags");
                break;
            case (OtlpMetricKind.ExponentialHistogram, _):
                ReadExponentialField(ref point);
                break;
            default:
                point.Skip();
                break;
        }
    }

    private void ReadExponentialField(ref ProtobufReader point)
    {
        switch (point.Field)
        {
            case 6:
                rows.Exponential.Scale = Signed(point.ReadVarint("ExponentialHistogramDataPoint.scale"));
                break;
            case 7:
                rows.Exponential.ZeroCount = point.ReadFixed64("ExponentialHistogramDataPoint.zero_count");
                break;
            case 8:
                ReadBuckets(point.ReadMessage("ExponentialHistogramDataPoint.positive"), isPositive: true);
                break;
            case 9:
                ReadBuckets(point.ReadMessage("ExponentialHistogramDataPoint.negative"), isPositive: false);
                break;
            case 14:
                rows.Exponential.ZeroThreshold = point.ReadDouble("ExponentialHistogramDataPoint.zero_threshold");
                break;
            default:
                point.Skip();
                break;
        }
    }

    private void ReadBuckets(ProtobufReader reader, bool isPositive)
    {
        while (reader.MoveNext())
        {
            if (reader.Field == 2)
            {
                ReadBucketCounts(ref reader, isPositive);
            }
            else if (reader.Field == 1 && isPositive)
            {
                rows.Exponential.Offset = Signed(reader.ReadVarint("Buckets.offset"));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadBucketCounts(ref ProtobufReader reader, bool isPositive)
    {
        if (!reader.IsPacked)
        {
            rows.Exponential.Add(reader.ReadVarint("Buckets.bucket_counts"), isPositive);
            return;
        }
        var packed = reader.ReadMessage("Buckets.bucket_counts");
        while (!packed.AtEnd)
        {
            rows.Exponential.Add(packed.ReadPackedVarint(), isPositive);
        }
    }

    /// <summary>Of the type sint32: numbers of either sign that are near zero are short.</summary>
    private static long Signed(ulong zigzag) => (int)(zigzag >> 1) ^ -(int)(zigzag & 1);

    private void ReadCounts(ref ProtobufReader point)
    {
        if (!point.IsPacked)
        {
            rows.BucketCounts.Add(point.ReadFixed64("HistogramDataPoint.bucket_counts"));
            return;
        }
        for (var packed = Values.TextOf(ReadPacked(ref point, "HistogramDataPoint.bucket_counts")); packed.Length > 0; packed = packed[8..])
        {
            rows.BucketCounts.Add(BinaryPrimitives.ReadUInt64LittleEndian(packed));
        }
    }

    private void ReadBounds(ref ProtobufReader point)
    {
        if (!point.IsPacked)
        {
            rows.Bounds.Add(point.ReadDouble("HistogramDataPoint.explicit_bounds"));
            return;
        }
        for (var packed = Values.TextOf(ReadPacked(ref point, "HistogramDataPoint.explicit_bounds")); packed.Length > 0; packed = packed[8..])
        {
            rows.Bounds.Add(BinaryPrimitives.ReadDoubleLittleEndian(packed));
        }
    }

    private static OtlpValue ReadPacked(ref ProtobufReader point, string name)
    {
        var packed = point.ReadText(name);
        return packed.Length % 8 == 0 ? packed : throw point.Malformed($"{name} has {packed.Length} bytes, a multiple of 8 expected");
    }

    private void ReadQuantile(ProtobufReader reader)
    {
        double quantile = 0;
        double value = 0;
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    quantile = reader.ReadDouble("ValueAtQuantile.quantile");
                    break;
                case 2:
                    value = reader.ReadDouble("ValueAtQuantile.value");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        rows.Quantiles.Add((quantile, value));
    }

    private static OtlpMetricKind KindOf(int field) => field switch
    {
        5 => OtlpMetricKind.Gauge,
        7 => OtlpMetricKind.Sum,
        9 => OtlpMetricKind.Histogram,
        10 => OtlpMetricKind.ExponentialHistogram,
        _ => OtlpMetricKind.Summary,
    };
}
