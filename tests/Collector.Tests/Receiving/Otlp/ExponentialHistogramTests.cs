using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Otlp.Rows;
using Observability.Collector.Tests.Support;

namespace Observability.Collector.Tests.Receiving.Otlp;

public sealed class ExponentialHistogramTests
{
    private const string Point = """
        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"load","unit":"s","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[
          {"timeUnixNano":"1000000","count":"10","sum":6.5,"scale":1,"zeroCount":"2","zeroThreshold":0.001,"positive":{"offset":-3,"bucketCounts":["1","2","0","3"]},
           "negative":{"offset":5,"bucketCounts":["1","1"]}}]}}]}]}]}
        """;

    [Fact]
    public void A_point_becomes_classic_buckets_with_the_bounds_of_its_unit()
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonMetrics(Point);
        Assert.Equal(1 + 30 + 1 + 2, lines.Count);
        // Scale 1: bounds at 2^(-1), 2^(-1/2), 2^0, 2^(1/2) for the four buckets. Two values are below zero, two about it.
        Assert.Equal(
            [
                "le=\"0.0001220703125\"} 1 2", "le=\"0.00048828125\"} 1 2", "le=\"0.0009765625\"} 1 2", "le=\"0.001953125\"} 1 4", "le=\"0.25\"} 1 4",
                "le=\"0.5\"} 1 5", "le=\"1\"} 1 7", "le=\"2\"} 1 10", "le=\"65536\"} 1 10", "le=\"+Inf\"} 1 10",
            ],
            new[] { 1, 3, 4, 5, 12, 13, 14, 15, 30, 31 }.Select(line => lines[line][lines[line].IndexOf("le=", StringComparison.Ordinal)..]));
        Assert.Equal(["sample Histogram load_seconds_sum{environment=\"unknown\"} 1 6.5", "sample Histogram load_seconds_count{environment=\"unknown\"} 1 10"], lines.Skip(32));
    }

    [Fact]
    public void Protobuf_gives_the_same_series_as_json_packed_and_unpacked()
    {
        using var decoding = new Decoding();
        var json = decoding.JsonMetrics(Point).ToList();
        foreach (var isPacked in new[] { true, false })
        {
            var protobuf = new ProtobufBytes().Message(1, resource => resource.Message(2, scope => scope.Message(2, metric => metric.Text(1, "load").Text(3, "s")
                .Message(10, data => data.Varint(2, 2).Message(1, point => point.Fixed64(3, 1_000_000).Fixed64(4, 10).Double(5, 6.5).Varint(6, 2).Fixed64(7, 2)
                    .Message(8, positive => Counts(positive.Varint(1, 5), isPacked, 1, 2, 0, 3)).Message(9, negative => Counts(negative.Varint(1, 10), isPacked, 1, 1)).Double(14, 0.001)))))).ToArray();
            Assert.Equal(json, decoding.Lines(OtlpSignal.Metrics, MediaType.Protobuf, protobuf));
        }
    }

    [Fact]
    public void Increments_stay_increments_at_every_bound()
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonMetrics(Point.Replace("\"aggregationTemporality\":2", "\"aggregationTemporality\":1", StringComparison.Ordinal));
        Assert.All(lines.Skip(1), static line => Assert.StartsWith("sample DeltaHistogram load_seconds_", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_counts_from_the_first_power_of_two_that_its_bucket_does_not_reach_beyond() =>
        Prop.ForAll<sbyte, short, byte[]>((anyScale, offset, counts) =>
        {
            var scale = anyScale % 21;
            var buckets = new ExponentialBuckets { Scale = scale, Offset = offset };
            Array.ForEach(counts, count => buckets.Add(count, isPositive: true));
            for (var power = -40; power <= 40; power++)
            {
                // Bucket i ends at 2^((i + 1) / 2^scale), so not above 2^power as long as i + 1 <= power * 2^scale.
                ulong expected = 0;
                for (var i = 0; i < counts.Length; i++)
                {
                    var end = (long)offset + i + 1;
                    expected += (scale >= 0 ? end <= (long)power << scale : end << -scale <= power) ? counts[i] : 0ul;
                }
                if (buckets.CountUpTo(power) != expected)
                {
                    return false;
                }
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("\"scale\":33", "has the scale 33")]
    [InlineData("\"scale\":-33", "has the scale -33")]
    [InlineData("\"scale\":0,\"positive\":{\"bucketCounts\":[MANY]}", "more than 1024 buckets")]
    public void A_point_that_nobody_measured_is_refused(string members, string reason)
    {
        using var decoding = new Decoding();
        var many = string.Join(',', Enumerable.Repeat("1", 1_025));
        Assert.Empty(decoding.JsonMetrics($$$"""
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"load","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"count":"1",{{{members.Replace("MANY", many, StringComparison.Ordinal)}}}}]}}]}]}]}
            """));
        Assert.Contains(reason, decoding.Partial.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9223372036854775807", "0")]
    [InlineData("-9223372036854775808", "1")]
    public void Buckets_beyond_every_number_are_above_or_below_every_bound(string offset, string expected)
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonMetrics($$$"""
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"load","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[
              {"timeUnixNano":"1000000","count":"1","positive":{"offset":"{{{offset}}}","bucketCounts":["1"]}}]}}]}]}]}
            """);
        Assert.EndsWith($"le=\"1073741824\"}} 1 {expected}", lines[^3], StringComparison.Ordinal);
    }

    private static ProtobufBytes Counts(ProtobufBytes buckets, bool isPacked, params ulong[] counts)
    {
        if (isPacked)
        {
            // Each of them is below 128: one byte.
            return buckets.Bytes(2, [.. counts.Select(static count => (byte)count)]);
        }
        Array.ForEach(counts, count => buckets.Varint(2, count));
        return buckets;
    }
}
