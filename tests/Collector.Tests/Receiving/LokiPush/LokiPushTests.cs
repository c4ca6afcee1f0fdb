using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.LokiPush;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Snappy = IronSnappy.Snappy;

namespace Observability.Collector.Tests.Receiving.LokiPush;

public sealed class LokiPushTests
{
    private const long Time = 1_795_231_789_069_000_000;

    private static readonly (string, string)[] App = [("app", "orders")];

    [Theory]
    [InlineData("push.winston_loki.json", "789069", "789070")]
    [InlineData("push.winston_loki.snappy.pb", "791580", "791580")]
    public void What_winston_loki_sends_becomes_rows_of_its_streams(string sample, string first, string second)
    {
        using var decoding = new PushDecoding();
        var payload = SampleFiles.Bytes($"loki/{sample}");
        Assert.Equal(
            [
                "frame prod loki unsigned",
                $"log 1795231{first}000000 17 'load_orders failed: relation \"raw.orders\" does not exist {{\"level\":\"error\"}}' trace= span= {{environment=prod, source=loki, task=load_orders}} [job=orders_daily, env=production, run_id=4711]",
                $"log 1795231{second}000000 9 'run finished {{\"level\":\"info\"}}' trace= span= {{environment=prod, source=loki}} [job=orders_daily, env=production]",
            ],
            sample.EndsWith(".pb", StringComparison.Ordinal) ? decoding.Lines(MediaType.Protobuf, Snappy.Decode(payload)) : decoding.Lines(MediaType.Json, payload));
    }

    [Fact]
    public void Labels_of_our_streams_stay_labels_and_every_other_becomes_an_attribute()
    {
        var push = Push.Of(
            [("environment", "prod"), ("source", "airflow"), ("service_name", "etl"), ("pipeline", "orders"), ("task", "load"), ("team", "data"), ("owner", "ana"), ("job", "j"), ("empty", "")],
            new Push.Entry(Time, "line", ("request", "7"), ("", "nameless")));
        Assert.Equal(
            "log 1795231789069000000 0 'line' trace= span= {environment=prod, source=airflow, service_name=etl, pipeline=orders, task=load, team=data, owner=ana} [job=j] request:Text=7 :Text=nameless",
            Rows(push)[1]);
    }

    [Theory]
    [InlineData("environment", "production", "prod", "[app=orders]")]
    [InlineData("env", "production", "prod", "[app=orders, env=production]")]
    [InlineData("deployment_environment_name", "dev", "dev", "[app=orders, deployment_environment_name=dev]")]
    [InlineData("deployment_environment", "staging", "staging", "[app=orders, deployment_environment=staging]")]
    [InlineData("environment", "moon", "unknown", "[app=orders, environment.raw=moon]")]
    [InlineData("stage", "prod", "unknown", "[app=orders, stage=prod]")]
    public void The_environment_comes_from_the_label_that_names_it(string label, string word, string environment, string attributes)
    {
        var rows = Rows(Push.Of([.. App, (label, word)], new Push.Entry(Time, "line")));
        Assert.Equal($"frame {environment} loki unsigned", rows[0]);
        Assert.Contains($"{{environment={environment}, source=loki}} {attributes}", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_with_several_environments_becomes_a_frame_for_each()
    {
        var push = new Push(
            new Push.Stream([("env", "dev")], new Push.Entry(Time, "a")), new Push.Stream([("env", "prod")], new Push.Entry(Time, "b")), new Push.Stream([("env", "dev"), ("x", "y")], new Push.Entry(Time, "c")));
        Assert.Equal(["frame dev loki unsigned", "'a'", "'c'", "frame prod loki unsigned", "'b'"], Rows(push).Select(static row => row.StartsWith("log", StringComparison.Ordinal) ? row.Split(' ')[3] : row));
    }

    [Theory]
    [InlineData("dev", null, "frame dev loki ci")]
    [InlineData("dev", "dev", "frame dev loki ci")]
    [InlineData("dev", "prod", null)]
    [InlineData("pr-*", null, null)]
    public void A_key_writes_only_its_environments_and_says_the_only_one_when_the_stream_does_not(string covered, string? word, string? frame)
    {
        using var decoding = new PushDecoding(actor: Actor.OfKey(new ApiKey { Name = "ci", Line = 1, Sha256 = new byte[32], Roles = AccessRoles.Ingest, Environments = [covered] }));
        var payload = new Push(
            new Push.Stream([("env", covered.Replace('*', '7'))], new Push.Entry(Time, "fine")),
            new Push.Stream(word is null ? App : [("env", word)], new Push.Entry(Time, "line"))).Json();
        if (frame is not null)
        {
            Assert.Equal(frame, decoding.Lines(MediaType.Json, payload)[0]);
            return;
        }
        var refusal = decoding.RefusalOf(MediaType.Json, payload);
        Assert.Equal((RefusalKind.Forbidden, "stream 2"), (refusal!.Kind, refusal.Position));
    }

    [Theory]
    [InlineData("level", "error", 17, "")]
    [InlineData("level", "warning", 13, ", level=warning")]
    [InlineData("level", "ERROR", 17, ", level=ERROR")]
    [InlineData("severity", "fatal", 21, ", severity=fatal")]
    [InlineData("detected_level", "debug", 5, ", detected_level=debug")]
    [InlineData("level", "verbose", 0, ", level=verbose")]
    public void The_severity_comes_from_a_label_that_is_kept_when_it_says_more_than_ours(string label, string word, int number, string kept)
    {
        var row = Rows(Push.Of([.. App, (label, word)], new Push.Entry(Time, "line")))[1];
        Assert.StartsWith($"log {Time} {number} ", row, StringComparison.Ordinal);
        Assert.EndsWith($"[app=orders{kept}]", row, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_knows_its_level_better_than_its_stream_and_level_comes_before_severity()
    {
        var rows = Rows(Push.Of([("level", "info"), ("app", "orders")],
            new Push.Entry(Time, "stream"), new Push.Entry(Time, "line", ("detected_level", "warn")), new Push.Entry(Time, "both", ("severity", "debug"), ("level", "error")), new Push.Entry(Time, "unknown", ("level", "loud"))));
        Assert.Equal([$"log {Time} 9 'stream'", $"log {Time} 13 'line'", $"log {Time} 17 'both'", $"log {Time} 9 'unknown'"], rows.Skip(1).Select(static row => row[..row.IndexOf(" trace", StringComparison.Ordinal)]));
        Assert.EndsWith(" level:Text=loud", rows[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Identities_of_a_trace_become_those_of_the_record_and_what_is_none_stays_metadata()
    {
        var rows = Rows(Push.Of(App,
            new Push.Entry(Time, "a", ("trace_id", "5b8aa5a2d2c872e8321cf37308d69df2"), ("span_id", "051581bf3cb55c13")),
            new Push.Entry(Time, "b", ("trace_id", "of my own"), ("span_id", "0000000000000000"))));
        Assert.Contains("trace=5B8AA5A2D2C872E8321CF37308D69DF2 span=051581BF3CB55C13", rows[1], StringComparison.Ordinal);
        Assert.EndsWith(" trace= span= {environment=unknown, source=loki} [app=orders] trace_id:Text=of my own span_id:Text=0000000000000000", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_taken_out_wherever_they_stand()
    {
        const string Token = "Bearer 0123456789abcdef";
        Assert.DoesNotContain("0123456789abcdef", string.Join('\n', Rows(Push.Of([("app", Token)], new Push.Entry(Time, $"\"{Token}\"\n", ("header", Token))))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_line_is_cut_and_says_by_how_much_and_a_line_without_a_time_is_of_now()
    {
        using var decoding = new PushDecoding(Configurations.With(new LimitSettings { RecordBytes = 2048 }));
        var rows = decoding.Lines(MediaType.Json, Push.Of(App, new Push.Entry(0, new string('x', 2050))).Json());
        Assert.StartsWith($"log {Decoding.Received} ", rows[1], StringComparison.Ordinal);
        Assert.EndsWith(" obs.truncated_bytes:Integer=2", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_without_lines_is_taken()
    {
        Assert.Empty(Rows(new Push()));
        Assert.Empty(Rows(Push.Of(App)));
    }

    /// <summary>Members in another order, unknown members, numbers for times: forms that senders use.</summary>
    [Theory]
    [InlineData("""{"more":[1],"streams":[{"values":[["1795231789069000000","line"]],"hash":7,"stream":{"app":"orders"}}]}""")]
    [InlineData("""{"streams":[{"stream":{"app":"orders"},"values":[[1795231789069000000,"line",null]]}]}""")]
    [InlineData("""{"streams":[{"stream":{"\u0061pp":"ord\u0065rs"},"values":[["1795231789069000000","l\u0069ne",{}]]}]}""")]
    public void Json_is_read_in_every_form_that_means_the_same(string json)
    {
        using var decoding = new PushDecoding();
        Assert.Equal(Rows(Push.Of(App, new Push.Entry(Time, "line"))), decoding.Json(json));
    }

    [Fact]
    public void Numbers_and_booleans_of_labels_and_metadata_are_taken_as_text_and_null_as_nothing()
    {
        using var decoding = new PushDecoding();
        var rows = decoding.Json("""{"streams":[{"stream":{"app":"orders","attempt":2,"none":null},"values":[["1795231789069000000","line",{"rows":12.50,"last":true,"none":null}]]}]}""");
        Assert.EndsWith(" [app=orders, attempt=2] rows:Text=12.50 last:Text=true", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_costs_no_object_on_its_way_to_the_frame()
    {
        var push = Push.Of([("app", "orders"), ("level", "info")], [.. Enumerable.Range(0, 5_000).Select(static number => new Push.Entry(Time + number, $"loaded {number} \"rows\"", ("user", "ana"), ("level", "warn")))]);
        using var decoder = new LokiPushDecoder(new EnvironmentResolver(static () => Configurations.Shipped));
        foreach (var (encoding, payload) in new[] { (MediaType.Json, push.Json()), (MediaType.Protobuf, push.Protobuf()) })
        {
            Decode();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Decode();
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes < 5_000, $"{encoding}: {bytes} bytes for 5,000 lines");

            void Decode() => Assert.Single(decoder.Decode(encoding, payload, payload.Length, ReceiveLimits.Of(Configurations.Shipped.Limits), Actor.Unsigned, Decoding.Received));
        }
    }

    private static IReadOnlyList<string> Rows(Push push)
    {
        using var decoding = new PushDecoding();
        var rows = decoding.Lines(MediaType.Json, push.Json());
        Assert.Equal(rows, decoding.Lines(MediaType.Protobuf, push.Protobuf()));
        return rows;
    }
}
