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
        var lines = Points(decoding, Metric("""
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
        var lines = Points(decoding, Metric("""
            "name":"rows","sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE","isMonotonic":true,"dataPoints":[{"asInt":"12","timeUnixNano":"1000000"}]}},
            {"name":"depth","sum":{"aggregationTemporality":2,"dataPoints":[{"asInt":3,"timeUnixNano":"1000000"}]}},
            {"name":"temperature","gauge":{"dataPoints":[{"asDouble":-1.5,"timeUnixNano":"1000000"},{"flags":1,"timeUnixNano":"2000000"}]}},
            {"name":"wait","summary":{"dataPoints":[{"count":"2","sum":3,"quantileValues":[{"quantile":0.5,"value":1.25}],"timeUnixNano":"1000000"}]}
            """)).Select(Short);
        Assert.Equal(
            [
                "frame prod otlp unsigned", "sample Counter rows_total{…} 1 12", "sample Gauge depth{…} 1 3", "sample Gauge temperature{…} 1 -1.5", "sample Gauge temperature{…} 2 stale",
                "sample Summary wait{…, quantile=\"0.5\"} 1 1.25", "sample Summary wait_sum{…} 1 3", "sample Summary wait_count{…} 1 2",
            ],
            lines);
    }

    [Theory]
    [InlineData("""{"name":"d","sum":{"aggregationTemporality":1,"dataPoints":[{"asInt":"1"}]}}""", "increments of a sum that also falls")]
    [InlineData("""{"name":"d","sum":{"isMonotonic":true,"dataPoints":[{"asInt":"1"}]}}""", "does not say its temporality")]
    [InlineData("""{"name":"e","exponentialHistogram":{"dataPoints":[{"count":"1"}]}}""", "does not say its temporality")]
    [InlineData("""{"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"count":"1","scale":-9223372036854775808}]}}""", "has the scale -9223372036854775808; -32 to 32")]
    [InlineData("""{"name":"","gauge":{"dataPoints":[{"asInt":"1"}]}}""", "a metric has no name")]
    [InlineData("""{"name":"g","gauge":{"dataPoints":[{}]}}""", "neither an integer nor a double")]
    [InlineData("""{"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[{"bucketCounts":["1"],"explicitBounds":[1,2]}]}}""", "one more bucket than bounds")]
    public void What_cannot_be_stored_is_refused_point_by_point_with_the_reason(string metric, string reason)
    {
        using var decoding = new Decoding();
        var lines = Points(decoding, Metric(metric[1..^1] + "},{\"name\":\"ok\",\"gauge\":{\"dataPoints\":[{\"asInt\":\"1\"}]}"));
        Assert.Equal(2, lines.Count);
        Assert.Equal(1, decoding.Partial.Rejected);
        Assert.Contains(reason, decoding.Partial.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delta_temporality_becomes_increments_that_the_store_adds_up()
    {
        using var decoding = new Decoding();
        var lines = Points(decoding, Metric("""
            "name":"rows","sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","isMonotonic":true,"dataPoints":[{"asInt":"12","timeUnixNano":"1000000"}]}},
            {"name":"load","histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"1000000","count":"3","sum":2,"bucketCounts":["1","2"],"explicitBounds":[0.5]}]}
            """)).Select(Short);
        Assert.Equal(
            [
                "frame prod otlp unsigned", "sample DeltaCounter rows_total{…} 1 12", "sample DeltaHistogram load_bucket{…, le=\"0.5\"} 1 1",
                "sample DeltaHistogram load_bucket{…, le=\"+Inf\"} 1 3", "sample DeltaHistogram load_sum{…} 1 2", "sample DeltaHistogram load_count{…} 1 3",
            ],
            lines);
    }

    [Fact]
    public void What_a_resource_says_beside_its_identity_is_on_target_info_at_the_time_of_its_newest_point()
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonMetrics("""
            {"resourceMetrics":[
              {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"orders"}},{"key":"k8s.pod.name","value":{"stringValue":"orders-1"}},{"key":"replicas","value":{"intValue":"3"}},
                {"key":"job","value":{"stringValue":"theirs"}},{"key":"dsn","value":{"stringValue":"postgres://me:hunter2@db/orders"}}]},
               "scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[{"asInt":"1","timeUnixNano":"3000000"},{"asInt":"1","timeUnixNano":"1000000"}]}}]}]},
              {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"says no more"}}]},"scopeMetrics":[{"metrics":[{"name":"b","gauge":{"dataPoints":[{"asInt":"1","timeUnixNano":"1000000"}]}}]}]},
              {"resource":{"attributes":[{"key":"k8s.pod.name","value":{"stringValue":"nobody's"}}]},"scopeMetrics":[{"metrics":[{"name":"c","gauge":{"dataPoints":[{"asInt":"1","timeUnixNano":"1000000"}]}}]}]},
              {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"without points"}},{"key":"k8s.pod.name","value":{"stringValue":"p"}}]},"scopeMetrics":[{"metrics":[]}]}]}
            """);
        Assert.Equal(
            "sample Gauge target_info{dsn=\"postgres://me:<redacted>@db/orders\", environment=\"unknown\", exported_job=\"theirs\", job=\"orders\", k8s_pod_name=\"orders-1\", replicas=\"3\"} 3 1",
            Assert.Single(lines, static line => line.Contains("target_info", StringComparison.Ordinal)));
        Assert.Equal(1 + 4 + 1, lines.Count);
    }

    [Fact]
    public void Attributes_that_become_one_label_are_joined_in_the_order_of_their_keys()
    {
        using var decoding = new Decoding();
        var lines = Points(decoding, Metric("""
            "name":"a","gauge":{"dataPoints":[{"asInt":"1","timeUnixNano":"1000000","attributes":[{"key":"x_y","value":{"stringValue":"3"}},{"key":"x.y","value":{"stringValue":"2"}},
              {"key":"x-y","value":{"stringValue":"1"}},{"key":"same.as","value":{"stringValue":"s"}},{"key":"same_as","value":{"stringValue":"s"}},{"key":"pipeline","value":{"stringValue":"the point's"}}]}]}
            """));
        Assert.Equal("sample Gauge a{environment=\"prod\", instance=\"i1\", job=\"shop/orders\", pipeline=\"the point's\", same_as=\"s\", x_y=\"1;2;3\"} 1 1", lines[1]);
    }

    [Fact]
    public void Protobuf_gives_the_same_series_as_json()
    {
        using var decoding = new Decoding();
        var json = Points(decoding, Metric("""
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
        Assert.Equal(json, decoding.Lines(OtlpSignal.Metrics, MediaType.Protobuf, protobuf).Where(IsPoint));
    }

    [Theory]
    [InlineData(""" "gauge":{"dataPoints":[POINTS]} """, """ "asInt":"7" """)]
    [InlineData(""" "histogram":{"aggregationTemporality":2,"dataPoints":[POINTS]} """, """ "count":"3","sum":2,"bucketCounts":["1","2"],"explicitBounds":[0.5] """)]
    [InlineData(""" "exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[POINTS]} """, """ "count":"3","scale":2,"positive":{"offset":1,"bucketCounts":["1","2"]} """)]
    public void A_point_costs_no_allocation(string metric, string point)
    {
        using var decoding = new Decoding();
        long Measure(byte[] request)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Single(decoding.Frames(OtlpSignal.Metrics, MediaType.Json, request));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        byte[] Request(int points) => Encoding.UTF8.GetBytes(Metric("\"name\":\"m\"," + metric.Replace("POINTS", string.Join(',', Enumerable.Range(0, points).Select(number =>
            $$"""{"timeUnixNano":"5000000","attributes":[{"key":"task.name","value":{"stringValue":"t{{number % 40}}"} },{"key":"replicas","value":{"intValue":"3"} }],""" + point + "}")), StringComparison.Ordinal)));
        var (small, large) = (Request(50), Request(1_050));
        Measure(large);
        Measure(small);
        // The least of some: a collection in between empties the pools that buffers come from.
        var perPoint = Enumerable.Range(0, 5).Min(_ => Measure(large) - Measure(small)) / 1_000.0;
        Assert.True(perPoint < 1, $"{perPoint} bytes for each point");
    }

    /// <summary>Without what the resource says of itself.</summary>
    private static IReadOnlyList<string> Points(Decoding decoding, string json) => [.. decoding.JsonMetrics(json).Where(IsPoint)];

    private static bool IsPoint(string line) => !line.Contains(" target_info{", StringComparison.Ordinal);

    private static string Short(string line) =>
        line.Replace("environment=\"prod\", instance=\"i1\", job=\"shop/orders\"", "…", StringComparison.Ordinal).Replace(", pipeline=\"daily\"", "", StringComparison.Ordinal);

    private static ProtobufBytes Attribute(ProtobufBytes resource, string key, string value) =>
        resource.Message(1, pair => pair.Text(1, key).Message(2, any => any.Text(1, value)));

    private static string Metric(string members) =>
        """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"""
        + members
        + """}]}],"resource":{"attributes":[{"key":"deployment.environment.name","value":{"stringValue":"production"}},{"key":"service.name","value":{"stringValue":"orders"}},"""
        + """{"key":"service.namespace","value":{"stringValue":"shop"}},{"key":"service.instance.id","value":{"stringValue":"i1"}},{"key":"cicd.pipeline.name","value":{"stringValue":"daily"}}]}}]}""";
}
