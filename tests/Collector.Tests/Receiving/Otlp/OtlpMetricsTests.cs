using System.IO.Compression;
using System.Text;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.Otlp.Rows;
using Observability.Collector.Tests.Support;

namespace Observability.Collector.Tests.Receiving.Otlp;

public sealed class OtlpMetricsTests
{
    [Fact]
    public void The_capture_of_the_javascript_sdk_decodes_without_a_refused_point()
    {
        using var inflated = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(SampleFiles.Bytes("otlp/metrics.sdk_js.pb.gz")), CompressionMode.Decompress))
        {
            gzip.CopyTo(inflated);
        }
        using var decoding = new Decoding();
        var lines = decoding.Lines(OtlpSignal.Metrics, MediaType.Protobuf, inflated.ToArray());
        Assert.Equal(0, decoding.Partial.Rejected);
        Assert.Equal("frame prod otlp unsigned", lines[0]);
        Assert.True(lines.Count > 1);
        Assert.All(lines.Skip(1), line => Assert.Contains("environment=\"prod\"", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http.server.duration", "ms", false, false, "http_server_duration_milliseconds")]
    [InlineData("process.cpu.time", "s", true, false, "process_cpu_time_seconds_total")]
    [InlineData("requests_total", "", true, false, "requests_total")]
    [InlineData("orders", "{order}", true, false, "orders_total")]
    [InlineData("io", "By/s", false, true, "io_bytes_per_second")]
    [InlineData("cache.hit", "1", false, true, "cache_hit_ratio")]
    [InlineData("size_bytes", "By", false, true, "size_bytes")]
    [InlineData("a..b--c", "", false, true, "a_b_c")]
    [InlineData("2xx", "", true, false, "_2xx_total")]
    [InlineData("job:rate", "", false, true, "job:rate")]
    [InlineData("speed", "furlong/fortnight", false, true, "speed_furlong_per_fortnight")]
    [InlineData("fill", "%", false, true, "fill_percent")]
    public void Names_follow_the_specification_of_prometheus_compatibility(string name, string unit, bool isCounter, bool isGauge, string expected)
    {
        Span<byte> target = stackalloc byte[PrometheusName.BufferLength];
        var length = PrometheusName.WriteMetric(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(unit), isCounter, isGauge, target);
        Assert.Equal(expected, Encoding.UTF8.GetString(target[..length]));
    }

    [Fact]
    public void A_histogram_becomes_cumulative_buckets_sum_and_count()
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonMetrics(Metric("""
            "name":"load.time","unit":"s","histogram":{"dataPoints":[{"attributes":[{"key":"task.name","value":{"stringValue":"a"}},{"key":"environment","value":{"stringValue":"fake"}}],
            "timeUnixNano":"1795231866512000000","count":"6","sum":9.5,"bucketCounts":["1","2","3"],"explicitBounds":[0.5,10]}],"aggregationTemporality":2}
            """));
        const string Labels = "environment=\"prod\", exported_environment=\"fake\", instance=\"i1\", job=\"shop/orders\"";
        Assert.Equal(
            [
                "frame prod otlp unsigned",
                $"sample Histogram load_time_seconds_bucket{{{Labels}, le=\"0.5\", pipeline=\"daily\", task_name=\"a\"}} 1795231866512 1",
                $"sample Histogram load_time_seconds_bucket{{{Labels}, le=\"10\", pipeline=\"daily\", task_name=\"a\"}} 1795231866512 3",
                $"sample Histogram load_time_seconds_bucket{{{Labels}, le=\"+Inf\", pipeline=\"daily\", task_name=\"a\"}} 1795231866512 6",
                $"sample Histogram load_time_seconds_sum{{{Labels}, pipeline=\"daily\", task_name=\"a\"}} 1795231866512 9.5",
                $"sample Histogram load_time_seconds_count{{{Labels}, pipeline=\"daily\", task_name=\"a\"}} 1795231866512 6",
            ],
            lines);
    }

    [Fact]
    public void Counters_gauges_summaries_and_ended_series_become_samples()
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonMetrics(Metric("""
            "name":"rows","sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE","isMonotonic":true,"dataPoints":[{"asInt":"12","timeUnixNano":"1000000"}]}},
            {"name":"depth","sum":{"aggregationTemporality":2,"dataPoints":[{"asInt":3,"timeUnixNano":"1000000"}]}},
            {"name":"temperature","gauge":{"dataPoints":[{"asDouble":-1.5,"timeUnixNano":"1000000"},{"flags":1,"timeUnixNano":"2000000"}]}},
            {"name":"wait","summary":{"dataPoints":[{"count":"2","sum":3,"quantileValues":[{"quantile":0.5,"value":1.25}],"timeUnixNano":"1000000"}]}
            """)).Select(line => line.Replace("environment=\"prod\", instance=\"i1\", job=\"shop/orders\", pipeline=\"daily\"", "…", StringComparison.Ordinal));
        Assert.Equal(
            [
                "frame prod otlp unsigned", "sample Counter rows_total{…} 1 12", "sample Gauge depth{…} 1 3", "sample Gauge temperature{…} 1 -1.5", "sample Gauge temperature{…} 2 stale",
                "sample Summary wait{…, quantile=\"0.5\"} 1 1.25", "sample Summary wait_sum{…} 1 3", "sample Summary wait_count{…} 1 2",
            ],
            lines);
    }

    [Theory]
    [InlineData("""{"name":"d","sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[{"asInt":"1"}]}}""", "delta temporality is not yet")]
    [InlineData("""{"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"count":"1"}]}}""", "exponential histograms are not yet")]
    [InlineData("""{"name":"","gauge":{"dataPoints":[{"asInt":"1"}]}}""", "a metric has no name")]
    [InlineData("""{"name":"g","gauge":{"dataPoints":[{}]}}""", "neither an integer nor a double")]
    [InlineData("""{"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[{"bucketCounts":["1"],"explicitBounds":[1,2]}]}}""", "one more bucket than bounds")]
    public void What_cannot_be_stored_is_refused_point_by_point_with_the_reason(string metric, string reason)
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonMetrics(Metric(metric[1..^1] + "},{\"name\":\"ok\",\"gauge\":{\"dataPoints\":[{\"asInt\":\"1\"}]}"));
        Assert.Equal(2, lines.Count);
        Assert.Equal(1, decoding.Partial.Rejected);
        Assert.Contains(reason, decoding.Partial.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Protobuf_gives_the_same_series_as_json()
    {
        using var decoding = new Decoding();
        var json = decoding.JsonMetrics(Metric("""
            "name":"load","unit":"s","histogram":{"dataPoints":[{"timeUnixNano":"5000000","count":"3","sum":2,"bucketCounts":["1","2"],"explicitBounds":[0.5]}],"aggregationTemporality":2}},
            {"name":"rows","sum":{"isMonotonic":true,"aggregationTemporality":2,"dataPoints":[{"asInt":"-2","timeUnixNano":"5000000"}]}},
            {"name":"wait","summary":{"dataPoints":[{"count":"2","sum":3,"quantileValues":[{"quantile":0.5,"value":1.25}],"timeUnixNano":"5000000"}]}
            """));
        var protobuf = new ProtobufBytes().Message(1, resourceMetrics => resourceMetrics
            .Message(2, scope => scope
                .Message(2, metric => metric.Message(9, data => data.Varint(2, 2).Message(1, point => point.Fixed64(3, 5_000_000).Fixed64(4, 3).Double(5, 2)
                    .Bytes(6, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]).Double(7, 0.5))).Text(3, "s").Text(1, "load"))
                .Message(2, metric => metric.Text(1, "rows").Message(7, data => data.Varint(3, 1).Varint(2, 2).Message(1, point => point.Fixed64(6, unchecked((ulong)-2L)).Fixed64(3, 5_000_000))))
                .Message(2, metric => metric.Text(1, "wait").Message(11, data => data.Message(1, point => point.Fixed64(3, 5_000_000).Fixed64(4, 2).Double(5, 3)
                    .Message(6, quantile => quantile.Double(1, 0.5).Double(2, 1.25))))))
            .Message(1, resource => Attribute(Attribute(Attribute(Attribute(Attribute(resource, "deployment.environment.name", "production"), "service.name", "orders"),
                "service.namespace", "shop"), "service.instance.id", "i1"), "cicd.pipeline.name", "daily"))).ToArray();
        Assert.Equal(json, decoding.Lines(OtlpSignal.Metrics, MediaType.Protobuf, protobuf));
    }

    private static ProtobufBytes Attribute(ProtobufBytes resource, string key, string value) =>
        resource.Message(1, pair => pair.Text(1, key).Message(2, any => any.Text(1, value)));

    private static string Metric(string members) =>
        """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"""
        + members
        + """}]}],"resource":{"attributes":[{"key":"deployment.environment.name","value":{"stringValue":"production"}},{"key":"service.name","value":{"stringValue":"orders"}},"""
        + """{"key":"service.namespace","value":{"stringValue":"shop"}},{"key":"service.instance.id","value":{"stringValue":"i1"}},{"key":"cicd.pipeline.name","value":{"stringValue":"daily"}}]}}]}""";
}
