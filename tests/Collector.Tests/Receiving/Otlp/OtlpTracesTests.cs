using System.IO.Compression;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Receiving.Otlp;

public sealed class OtlpTracesTests
{
    private static readonly byte[] s_trace = Convert.FromHexString("0ac7495a46c2b529c02c6318a6b2f640");
    private static readonly byte[] s_span = Convert.FromHexString("f83ead3d2ca308e4");
    private static readonly byte[] s_parent = Convert.FromHexString("7f7e7815d8c85ef9");

    [Fact]
    public void The_capture_of_the_javascript_sdk_becomes_a_row_for_each_span_and_for_its_exception()
    {
        using var decoding = new Decoding();
        var lines = decoding.Lines(OtlpSignal.Traces, MediaType.Json, SampleFiles.Bytes("otlp/traces.sdk_js.json"));
        Assert.Equal(4, lines.Count);
        Assert.Equal("frame prod otlp unsigned", lines[0]);
        Assert.Equal(
            "log 1795231866510000000 17 'load_orders' trace=0AC7495A46C2B529C02C6318A6B2F640 span=F83EAD3D2CA308E4 "
            + "{environment=prod, source=otlp-traces, service_name=orders-pipeline, pipeline=orders_daily} "
            + "[service.version=1.4.2, deployment.environment.name=production, otel.scope.name=demo.pipeline, otel.scope.version=0.1.0] "
            + "cicd.pipeline.task.name:Text=load_orders cicd.pipeline.task.run.id:Text=4711-2 cicd.pipeline.task.type:Text=deploy cicd.pipeline.task.run.result:Text=failure "
            + "span.duration_ns:Integer=530297 span.parent_id:Text=7f7e7815d8c85ef9 span.kind:Text=internal span.status:Text=error "
            + "span.status_message:Text=relation \"raw.orders\" does not exist",
            lines[1]);
        Assert.StartsWith("log 1795231866510445157 17 'exception' trace=0AC7495A46C2B529C02C6318A6B2F640 span=F83EAD3D2CA308E4 ", lines[2], StringComparison.Ordinal);
        Assert.DoesNotContain(SpanAttributes.Duration, lines[2], StringComparison.Ordinal);
        Assert.Contains("span.duration_ns:Integer=1210046 span.kind:Text=internal span.status:Text=error", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void The_protobuf_capture_of_the_same_program_gives_the_same_rows_but_for_its_times_and_identities()
    {
        using var decoding = new Decoding();
        using var inflated = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(SampleFiles.Bytes("otlp/traces.sdk_js.pb.gz")), CompressionMode.Decompress))
        {
            gzip.CopyTo(inflated);
        }
        var json = decoding.Lines(OtlpSignal.Traces, MediaType.Json, SampleFiles.Bytes("otlp/traces.sdk_js.json")).Select(Shape).ToList();
        var protobuf = decoding.Lines(OtlpSignal.Traces, MediaType.Protobuf, inflated.ToArray()).Select(Shape).ToList();
        Assert.Equal(json.Count, protobuf.Count);
        Assert.Equal(json[0], protobuf[0]);
        Assert.Equal(json.Skip(1), protobuf.Skip(1));

        // Digits, hexadecimal identities and the stack differ from run to run.
        static string Shape(string line) => string.Join(' ', line.Split(" exception.stacktrace")[0].Split(' ')
            .Select(static word => word.Any(char.IsAsciiDigit) ? word.Split('=')[0].TrimEnd([.. "0123456789"]) : word));
    }

    [Fact]
    public void Both_encodings_of_a_span_with_everything_give_the_same_rows()
    {
        var protobuf = new ProtobufBytes().Message(1, resource => resource.Message(2, scope => scope.Message(2, span => span
            .Message(11, happened => happened.Fixed64(1, 1_795_231_866_700_000_000).Text(2, "retry").Message(3, pair => pair.Text(1, "attempt").Message(2, value => value.Varint(3, 2))))
            .Bytes(1, s_trace).Bytes(2, s_span).Text(3, "vendor=1").Bytes(4, s_parent).Text(5, "load").Varint(6, 3)
            .Fixed64(7, 1_795_231_866_000_000_000).Fixed64(8, 1_795_231_867_500_000_000)
            .Message(9, pair => pair.Text(1, "rows").Message(2, value => value.Varint(3, 7)))
            .Message(13, link => link.Bytes(1, s_trace))
            .Message(11, happened => happened.Text(2, "exception"))
            .Message(15, status => status.Text(2, "disk full").Varint(3, 2))))).ToArray();
        const string json = """
            {"resourceSpans":[{"scopeSpans":[{"spans":[{
              "events":[{"timeUnixNano":"1795231866700000000","name":"retry","attributes":[{"key":"attempt","value":{"intValue":2}}]},{"name":"exception"}],
              "traceId":"0AC7495A46C2B529C02C6318A6B2F640","spanId":"F83EAD3D2CA308E4","traceState":"vendor=1","parentSpanId":"7F7E7815D8C85EF9","name":"load","kind":"SPAN_KIND_CLIENT",
              "startTimeUnixNano":"1795231866000000000","endTimeUnixNano":1795231867500000000,
              "attributes":[{"key":"rows","value":{"intValue":"7"}}],"links":[{}],"status":{"message":"disk full","code":2}}]}]}]}
            """;
        using var decoding = new Decoding();
        var fromProtobuf = decoding.Lines(OtlpSignal.Traces, MediaType.Protobuf, protobuf);
        Assert.Equal(decoding.Lines(OtlpSignal.Traces, MediaType.Json, System.Text.Encoding.UTF8.GetBytes(json)), fromProtobuf);
        Assert.Equal(4, fromProtobuf.Count);
        Assert.EndsWith("rows:Integer=7 span.duration_ns:Integer=1500000000 span.parent_id:Text=7f7e7815d8c85ef9 span.kind:Text=client span.status:Text=error span.status_message:Text=disk full",
            fromProtobuf[1], StringComparison.Ordinal);
        Assert.StartsWith("log 1795231866700000000 9 'retry' trace=0AC7495A46C2B529C02C6318A6B2F640 span=F83EAD3D2CA308E4", fromProtobuf[2], StringComparison.Ordinal);
        Assert.StartsWith("log 1795231866000000000 17 'exception' trace=0AC7495A46C2B529C02C6318A6B2F640", fromProtobuf[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_no_endless_span()
    {
        using var decoding = new Decoding();
        var lines = decoding.Lines(OtlpSignal.Traces, MediaType.Json,
            """{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","startTimeUnixNano":"20","endTimeUnixNano":"10"}]}]}]}"""u8.ToArray());
        Assert.EndsWith("span.duration_ns:Integer=0", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Identities_of_a_wrong_length_refuse_the_request_and_say_where()
    {
        using var decoding = new Decoding();
        var refusal = decoding.RefusalOf(OtlpSignal.Traces, MediaType.Protobuf,
            new ProtobufBytes().Message(1, resource => resource.Message(2, scope => scope.Message(2, span => span.Bytes(4, [1, 2, 3])))).ToArray());
        Assert.Contains("Span.parent_span_id has 3 bytes, 8 expected", refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_give_rows_or_a_refusal_with_its_position()
    {
        using var decoding = new Decoding();
        var intact = SampleFiles.Bytes("otlp/traces.sdk_js.json");
        var random = new Random(11);
        var refused = 0;
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = intact.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            if (decoding.RefusalOf(OtlpSignal.Traces, round % 2 == 0 ? MediaType.Json : MediaType.Protobuf, bytes) is { } refusal)
            {
                Assert.NotEmpty(refusal.Position ?? "");
                refused++;
            }
        }
        Assert.True(refused > 1_000, $"only {refused} were refused");
    }

    [Fact]
    public async Task Spans_are_taken_over_http_and_what_is_refused_is_counted()
    {
        await using var host = await CollectorHost.StartAsync(Configurations.With(new LimitSettings { AttributesPerRecord = 3 }));
        using var response = await host.PostJsonAsync("/v1/traces",
            """
            {"resourceSpans":[{"scopeSpans":[{"spans":[
              {"name":"kept","status":{"code":1}},
              {"name":"refused","attributes":[{"key":"a","value":{"intValue":1}},{"key":"b","value":{"intValue":1}},{"key":"c","value":{"intValue":1}}]}]}]}]}
            """);
        Assert.Contains("\"rejectedSpans\":\"1\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await host.Store.UntilAsync(() => host.Store.Lines.Any(line => line.Contains("'kept'", StringComparison.Ordinal) && line.Contains("otlp-traces", StringComparison.Ordinal)));
        Assert.DoesNotContain(host.Store.Lines, static line => line.Contains("'refused'", StringComparison.Ordinal));
    }
}
