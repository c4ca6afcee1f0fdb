using System.Text.Json;
using Observability.Collector.Receiving.Otlp.Rows;

namespace Observability.Collector.Receiving.Otlp.Json;

/// <summary>Reads the points of one metric: NumberDataPoint, HistogramDataPoint, ExponentialHistogramDataPoint, SummaryDataPoint.</summary>
internal sealed class JsonPoints
{
    private readonly JsonValues _anyValues;
    private readonly MetricRows _rows;
    private readonly Action<OtlpAttribute> _addAttribute;

    public JsonPoints(JsonValues anyValues, MetricRows rows)
    {
        _anyValues = anyValues;
        _rows = rows;
        _addAttribute = rows.AddAttribute;
    }

    public void Read(ref OtlpJsonReader reader, OtlpMetricKind kind)
    {
        if (!reader.TryEnterArray("dataPoints"))
        {
            return;
        }
        while (reader.MoveNextItem())
        {
            if (!reader.TryEnterObject("dataPoints[]"))
            {
                continue;
            }
            _rows.BeginPoint();
            while (reader.MoveNextMember(out var name))
            {
                if (!TryReadShared(ref reader, name) && !(kind switch
                {
                    OtlpMetricKind.Histogram => TryReadHistogram(ref reader, name),
                    OtlpMetricKind.ExponentialHistogram => TryReadExponential(ref reader, name),
                    OtlpMetricKind.Summary => TryReadSummary(ref reader, name),
                    _ => TryReadNumber(ref reader, name),
                }))
                {
                    reader.Skip();
                }
            }
            _rows.EndPoint();
        }
    }

    private bool TryReadShared(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (name.Is("attributes"u8))
        {
            _anyValues.ReadAttributes(ref reader, "attributes", _addAttribute);
            return true;
        }
        if (name.Is("timeUnixNano"u8))
        {
            _rows.TimeUnixNanoseconds = reader.ReadUnsigned("timeUnixNano");
            return true;
        }
        if (name.Is("flags"u8))
        {
            _rows.Flags = (uint)reader.ReadUnsigned("flags");
            return true;
        }
        return false;
    }

    private bool TryReadNumber(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (reader.Token == JsonTokenType.Null)
        {
            return false;
        }
        if (name.Is("asDouble"u8))
        {
            _rows.Value = reader.ReadDouble("asDouble");
        }
        else if (name.Is("asInt"u8))
        {
            _rows.Value = reader.ReadInteger("asInt");
        }
        else
        {
            return false;
        }
        return _rows.HasValue = true;
    }

    private bool TryReadCountAndSum(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (name.Is("count"u8))
        {
            _rows.Count = reader.ReadUnsigned("count");
            return true;
        }
        if (name.Is("sum"u8) && reader.Token != JsonTokenType.Null)
        {
            _rows.Sum = reader.ReadDouble("sum");
            return _rows.HasSum = true;
        }
        return false;
    }

    private bool TryReadHistogram(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (TryReadCountAndSum(ref reader, name))
        {
            return true;
        }
        if (name.Is("bucketCounts"u8) && reader.TryEnterArray("bucketCounts"))
        {
            while (reader.MoveNextItem())
            {
                _rows.BucketCounts.Add(reader.ReadUnsigned("bucketCounts[]"));
            }
            return true;
        }
        if (name.Is("explicitBounds"u8) && reader.TryEnterArray("explicitBounds"))
        {
            while (reader.MoveNextItem())
            {
                _rows.Bounds.Add(reader.ReadDouble("explicitBounds[]"));
            }
            return true;
        }
        return false;
    }

    private bool TryReadExponential(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (TryReadCountAndSum(ref reader, name))
        {
            return true;
        }
        if (name.Is("scale"u8))
        {
            _rows.Exponential.Scale = reader.ReadInteger("scale");
        }
        else if (name.Is("zeroCount"u8))
        {
            _rows.Exponential.ZeroCount = reader.ReadUnsigned("zeroCount");
        }
        else if (name.Is("zeroThreshold"u8) && reader.Token != JsonTokenType.Null)
        {
            _rows.Exponential.ZeroThreshold = reader.ReadDouble("zeroThreshold");
        }
        else if (name.Is("positive"u8))
        {
            ReadBuckets(ref reader, isPositive: true);
        }
        else if (name.Is("negative"u8))
        {
            ReadBuckets(ref reader, isPositive: false);
        }
        else
        {
            return false;
        }
        return true;
    }

    private void ReadBuckets(ref OtlpJsonReader reader, bool isPositive)
    {
        if (!reader.TryEnterObject("buckets"))
        {
            return;
        }
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("bucketCounts"u8) && reader.TryEnterArray("bucketCounts"))
            {
                while (reader.MoveNextItem())
                {
                    _rows.Exponential.Add(reader.ReadUnsigned("bucketCounts[]"), isPositive);
                }
            }
            else if (name.Is("offset"u8) && isPositive)
            {
                _rows.Exponential.Offset = reader.ReadInteger("offset");
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private bool TryReadSummary(ref OtlpJsonReader reader, JsonMemberName name)
    {
        if (TryReadCountAndSum(ref reader, name))
        {
            return true;
        }
        if (!name.Is("quantileValues"u8) || !reader.TryEnterArray("quantileValues"))
        {
            return false;
        }
        while (reader.MoveNextItem())
        {
            ReadQuantile(ref reader);
        }
        return true;
    }

    private void ReadQuantile(ref OtlpJsonReader reader)
    {
        if (!reader.TryEnterObject("quantileValues[]"))
        {
            return;
        }
        double quantile = 0;
        double value = 0;
        while (reader.MoveNextMember(out var name))
        {
            if (name.Is("quantile"u8))
            {
                quantile = reader.ReadDouble("quantile");
            }
            else if (name.Is("value"u8))
            {
                value = reader.ReadDouble("value");
            }
            else
            {
                reader.Skip();
            }
        }
        _rows.Quantiles.Add((quantile, value));
    }
}
