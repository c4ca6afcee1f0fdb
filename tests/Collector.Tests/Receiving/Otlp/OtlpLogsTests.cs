using System.Text;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Tests.Receiving.Otlp;

public sealed class OtlpLogsTests
{
    [Fact]
    public void The_capture_of_the_javascript_sdk_becomes_rows_with_labels_of_the_shared_vocabulary()
    {
        using var decoding = new Decoding();
        Assert.Equal(
            [
                "frame prod otlp unsigned",
                "log 1795231866511000000 17 'load_orders failed: relation \"raw.orders\" does not exist' trace=0AC7495A46C2B529C02C6318A6B2F640 span=7F7E7815D8C85EF9 "
                + "{environment=prod, source=otlp, service_name=orders-pipeline, pipeline=orders_daily} "
                + "[service.version=1.4.2, deployment.environment.name=production, otel.scope.name=demo.pipeline] "
                + "cicd.pipeline.run.id:Text=4711 cicd.pipeline.task.name:Text=load_orders exception.type:Text=UndefinedTable exception.message:Text=relation \"raw.orders\" does not exist",
                "log 1795231866512000000 9 '{\"msg\":\"run finished\",\"rows\":1520}' trace= span= "
                + "{environment=prod, source=otlp, service_name=orders-pipeline, pipeline=orders_daily} "
                + "[service.version=1.4.2, deployment.environment.name=production, otel.scope.name=demo.pipeline]",
            ],
            decoding.Lines(OtlpSignal.Logs, MediaType.Json, SampleFiles.Bytes("otlp/logs.sdk_js.json")));
    }

    [Fact]
    public void The_specifications_example_keeps_every_type_of_attribute()
    {
        using var decoding = new Decoding();
        var lines = decoding.Lines(OtlpSignal.Logs, MediaType.Json, SampleFiles.Bytes("otlp/example.logs.json"));
        Assert.EndsWith("string.attribute:Text=some string boolean.attribute:Boolean=1 int.attribute:Integer=10 double.attribute:Double=637.704 "
            + "array.attribute:Json=[\"many\",\"values\"] map.attribute:Json={\"some.map.key\":\"some value\"}", lines[1], StringComparison.Ordinal);
        Assert.Equal("frame unknown otlp unsigned", lines[0]);
    }

    [Fact]
    public void Both_encodings_of_the_same_records_give_the_same_rows()
    {
        using var decoding = new Decoding();
        var rows = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var (protobuf, json) = new OtlpModel(new Random(seed)).Logs();
            var fromProtobuf = decoding.Lines(OtlpSignal.Logs, MediaType.Protobuf, protobuf);
            var fromJson = decoding.JsonLogs(json);
            Assert.True(fromProtobuf.SequenceEqual(fromJson), $"seed {seed}\n{string.Join('\n', fromProtobuf)}\n--\n{string.Join('\n', fromJson)}\n{json}");
            rows += fromJson.Count;
        }
        Assert.True(rows > 2_000, $"only {rows} lines were compared");
    }

    [Fact]
    public void An_attribute_reads_the_same_in_one_go_as_field_by_field()
    {
        // An unknown field at the end is skipped, and keeps the reader from taking the attribute in one go.
        using var decoding = new Decoding();
        long[] numbers = [0, 1, 63, 64, 127, 128, 300, 1L << 31, (1L << 56) - 1, 1L << 56, long.MaxValue, -1, long.MinValue];
        int[] lengths = [0, 1, 2, 110, .. Enumerable.Range(114, 18), 300];
        IReadOnlyList<Action<ProtobufBytes>> values =
        [
            .. numbers.Select(static number => (Action<ProtobufBytes>)(value => value.Varint(3, (ulong)number))),
            .. numbers.Select(static number => (Action<ProtobufBytes>)(value => value.Double(4, number / 3.0))),
            .. numbers.Take(6).Select(static number => (Action<ProtobufBytes>)(value => value.Varint(2, (ulong)number))),
            .. lengths.Select(static length => (Action<ProtobufBytes>)(value => value.Text(1, new string('v', length)))),
        ];
        foreach (var keyLength in (ReadOnlySpan<int>)[1, 12, 126, 127, 128])
        {
            foreach (var value in values)
            {
                var key = new string('k', keyLength);
                var atOnce = decoding.Lines(OtlpSignal.Logs, MediaType.Protobuf, OneAttribute(key, value, withUnknownField: false));
                var byField = decoding.Lines(OtlpSignal.Logs, MediaType.Protobuf, OneAttribute(key, value, withUnknownField: true));
                Assert.Equal(byField, atOnce);
                Assert.Contains(key, atOnce[1], StringComparison.Ordinal);
            }
        }

        static byte[] OneAttribute(string key, Action<ProtobufBytes> value, bool withUnknownField) =>
            new ProtobufBytes().Message(1, resource => resource.Message(2, scope => scope.Message(2, record => record.Message(6, attribute =>
            {
                attribute.Text(1, key).Message(2, value);
                if (withUnknownField)
                {
                    attribute.Varint(15, 1);
                }
            })))).ToArray();
    }

    [Fact]
    public void Damaged_bytes_of_either_encoding_give_rows_or_a_refusal_with_its_position()
    {
        using var decoding = new Decoding();
        var random = new Random(11);
        var refused = 0;
        for (var round = 0; round < 6_000; round++)
        {
            var (protobuf, json) = new OtlpModel(new Random(round % 50)).Logs();
            var encoding = round % 2 == 0 ? MediaType.Protobuf : MediaType.Json;
            var bytes = encoding == MediaType.Protobuf ? protobuf : Encoding.UTF8.GetBytes(json);
            for (var flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            bytes = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            if (decoding.RefusalOf(OtlpSignal.Logs, encoding, bytes) is { } refusal)
            {
                refused++;
                Assert.Equal(RefusalKind.Malformed, refusal.Kind);
                Assert.Matches("^(byte [0-9]+|line [0-9]+, byte [0-9]+)$", refusal.Position);
            }
            if (decoding.RefusalOf(OtlpSignal.Metrics, encoding, bytes) is { } asMetrics)
            {
                Assert.NotNull(asMetrics.Position);
            }
        }
        Assert.InRange(refused, 1_000, 5_999);
    }

    [Fact]
    public void Records_of_several_environments_become_one_frame_each()
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonLogs($$"""{"resourceLogs":[{{Resource("production")}},{{Resource("dev")}},{{Resource("prod")}},{{Resource("mars")}}]}""");
        Assert.Equal(["frame prod otlp unsigned", "frame dev otlp unsigned", "frame unknown otlp unsigned"], lines.Where(line => line.StartsWith("frame", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.Contains("environment=prod", StringComparison.Ordinal)));
        Assert.Contains("environment.raw=mars", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_writes_only_its_environments_and_the_others_are_refused_record_by_record()
    {
        var key = new ApiKey { Name = "ci", Line = 2, Sha256 = new byte[32], Roles = AccessRoles.Ingest, Environments = ["dev"] };
        using var decoding = new Decoding(actor: Actor.OfKey(key));
        var lines = decoding.JsonLogs($$"""{"resourceLogs":[{{Resource("production")}},{{Resource("dev")}}]}""");
        Assert.Equal("frame dev otlp ci", Assert.Single(lines, line => line.StartsWith("frame", StringComparison.Ordinal)));
        Assert.Equal(1, decoding.Partial.Rejected);
        Assert.Contains("may not write environment 'prod'", decoding.Partial.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "line 1, byte 2")]
    [InlineData("{\"resourceLogs\":\n 5}", "line 2, byte 2")]
    [InlineData("{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"scope\":{},\"logRecords\":[{\"timeUnixNano\":\"-1\"}]}]}]}", "line 1, byte 88")]
    [InlineData("{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"scope\":{},\"logRecords\":[{\"traceId\":\"xyz\"}]}]}]}", "line 1, byte 83")]
    [InlineData("{} x", "line 1, byte 4")]
    public void Malformed_json_is_refused_with_its_position(string json, string position)
    {
        using var decoding = new Decoding();
        var refusal = decoding.RefusalOf(OtlpSignal.Logs, MediaType.Json, Encoding.UTF8.GetBytes(json));
        Assert.Equal(RefusalKind.Malformed, refusal?.Kind);
        Assert.Equal(position, refusal?.Position);
    }

    [Fact]
    public void Malformed_protobuf_is_refused_with_byte_and_field()
    {
        using var decoding = new Decoding();
        var bytes = new ProtobufBytes().Message(1, logs => logs.Message(2, scope => scope.Message(2, record => record.Varint(1, 5)))).ToArray();
        var refusal = decoding.RefusalOf(OtlpSignal.Logs, MediaType.Protobuf, bytes);
        Assert.Equal("byte 7", refusal?.Position);
        Assert.Contains("LogRecord.time_unix_nano", refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_records_refuse_the_request_and_too_many_attributes_the_record()
    {
        using var few = new Decoding(Configurations.With(new LimitSettings { RecordsPerRequest = 2, AttributesPerRecord = 1, RecordBytes = 8 }));
        Assert.Equal(RefusalKind.TooLarge, few.RefusalOf(OtlpSignal.Logs, MediaType.Json, Encoding.UTF8.GetBytes(Records("{},{},{}")))?.Kind);
        const string Attribute = """{"key":"k","value":{"intValue":1}}""";
        var lines = few.JsonLogs(Records($$$"""{"attributes":[{{{Attribute}}},{{{Attribute}}}]},{"body":{"stringValue":"1234567€€"}}"""));
        Assert.Equal(1, few.Partial.Rejected);
        Assert.Contains("'1234567' ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("obs.truncated_bytes:Integer=6", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_without_any_time_gets_the_time_of_receipt_and_a_severity_word_counts()
    {
        using var decoding = new Decoding();
        var lines = decoding.JsonLogs(Records("""{"severityText":"Warning","body":{"stringValue":"x"}},{"severityNumber":"SEVERITY_NUMBER_ERROR2","observedTimeUnixNano":"7"}"""));
        Assert.StartsWith($"log {Decoding.Received} 13 'x'", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("log 7 18 ''", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_taken_out_of_bodies_attributes_and_nested_values()
    {
        using var decoding = new Decoding();
        var text = string.Join('\n', decoding.JsonLogs(Records("""
            {"body":{"stringValue":"login with Bearer abcdefgh12345678 failed"},
             "attributes":[{"key":"dsn","value":{"stringValue":"postgres:\/\/loader:hunter2@db/x"}},
                           {"key":"env","value":{"kvlistValue":{"values":[{"key":"id","value":{"stringValue":"AKIAIOSFODNN7EXAMPLE"}}]}}}]}
            """)));
        Assert.DoesNotContain("abcdefgh12345678", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIA", text, StringComparison.Ordinal);
        Assert.Contains("postgres://loader:<redacted>@db/x", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MediaType.Protobuf)]
    [InlineData(MediaType.Json)]
    internal void A_record_costs_no_allocation(MediaType encoding)
    {
        using var decoding = new Decoding();
        var small = Request(encoding, 50);
        var large = Request(encoding, 1_050);
        Measure(decoding, encoding, large);
        Measure(decoding, encoding, small);
        // The least of some: a collection in between empties the pools that buffers come from.
        var perRecord = Enumerable.Range(0, 5).Min(_ => Measure(decoding, encoding, large) - Measure(decoding, encoding, small)) / 1_000.0;
        Assert.True(perRecord < 1, $"{perRecord} bytes for each record");
    }

    private static long Measure(Decoding decoding, MediaType encoding, byte[] payload)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Single(decoding.Frames(OtlpSignal.Logs, encoding, payload));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Request(MediaType encoding, int count)
    {
        if (encoding == MediaType.Json)
        {
            const string Record = """{"timeUnixNano":"1","severityNumber":9,"body":{"stringValue":"orders loaded"},"attributes":[{"key":"k","value":{"stringValue":"v"}},{"key":"rows","value":{"intValue":"12"}},{"key":"nested","value":{"arrayValue":{"values":[{"intValue":1}]}}}],"traceId":"0ac7495a46c2b529c02c6318a6b2f640"}""";
            return Encoding.UTF8.GetBytes(Records(string.Join(',', Enumerable.Repeat(Record, count))));
        }
        return new ProtobufBytes().Message(1, logs => logs.Message(2, scope =>
        {
            for (var i = 0; i < count; i++)
            {
                scope.Message(2, record => record.Fixed64(1, 1).Message(5, body => body.Text(1, "orders loaded")).Bytes(9, new byte[16])
                    .Message(6, pair => pair.Text(1, "k").Message(2, value => value.Text(1, "v")))
                    .Message(6, pair => pair.Text(1, "nested").Message(2, value => value.Message(5, array => array.Message(1, item => item.Varint(3, 1))))));
            }
        })).ToArray();
    }

    private static string Resource(string environment) =>
        $$$"""{"resource":{"attributes":[{"key":"deployment.environment.name","value":{"stringValue":"{{{environment}}}"}}]},"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}""";

    private static string Records(string records) => $$"""{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{{records}}]}]}]}""";
}
