using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Tests.Support;
using Observability.Configuration;

namespace Observability.Collector.Tests.Receiving.LokiPush;

public sealed class LokiPushRefusalTests
{
    private const long Time = 1_795_231_789_069_000_000;

    private static readonly string[] s_labels = ["app", "environment", "env", "level", "severity", "pipeline", "source", "job", "_x9"];
    private static readonly string[] s_metadata = ["level", "detected_level", "trace_id", "span_id", "user.id", "", "größe"];
    private static readonly string[] s_words = ["", "prod", "dev", "error", "warning", "moon", "\"quoted\\\"\n\t", "größe ☃", "5b8aa5a2d2c872e8321cf37308d69df2", "051581bf3cb55c13", "Bearer 0123456789abcdef", "{a=\"b\"}"];

    [Theory]
    [InlineData("", "not valid JSON", "line 1")]
    [InlineData("[]", "the push must be an object", "line 1, byte 1")]
    [InlineData("{}", "the member streams is missing", "line 1, byte 2")]
    [InlineData("""{"streams":{}}""", "streams must be an array", "line 1, byte 12")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[]}]}x""", "not valid JSON", "stream 1, line 1, byte 47")]
    [InlineData("""{"streams":[7]}""", "an item of streams must be an object", "stream 1, line 1, byte 13")]
    [InlineData("""{"streams":[{"stream":{"a":"b"}}]}""", "the member values is missing", "stream 1")]
    [InlineData("""{"streams":[{"labels":"{a=\"b\"}","entries":[]}]}""", "the member stream is missing", "stream 1")]
    [InlineData("""{"streams":[{"stream":{},"values":[]}]}""", "a stream needs at least one label", "stream 1")]
    [InlineData("""{"streams":[{"stream":{"a":""},"values":[]}]}""", "a stream needs at least one label", "stream 1")]
    [InlineData("""{"streams":[{"stream":{"a":"b","a":"c"},"values":[]}]}""", "the label 'a' is given twice", "stream 1")]
    [InlineData("""{"streams":[{"stream":{"a.b":"c"},"values":[]}]}""", "'a.b' is no name of a label", "stream 1")]
    [InlineData("""{"streams":[{"stream":{"9a":"c"},"values":[]}]}""", "'9a' is no name of a label", "stream 1")]
    [InlineData("""{"streams":[{"stream":{"a":[]},"values":[]}]}""", "the value of a label must be a string", "stream 1, line 1, byte 28")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[["1","x"],["yesterday","y"]]}]}""", "the time of an entry, in Unix nanoseconds, must be a whole number", "stream 1, entry 2, line 1, byte 54")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[["1","x"]]},{"stream":{"a":"b"},"values":[["1","x"],["1"]]}]}""", "the line of the entry is missing", "stream 2, entry 2")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[[]]}]}""", "the time of the entry is missing", "stream 1, entry 1")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[["1",{"msg":"x"}]]}]}""", "the line of an entry must be a string", "stream 1, entry 1")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[["1","x",{"k":{}}]]}]}""", "a value of structured metadata must be a string", "stream 1, entry 1")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[["1","x",{},{}]]}]}""", "and nothing more", "stream 1, entry 1")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[["18446744073709551615","x"]]}]}""", "later than the year 2262", "stream 1, entry 1")]
    [InlineData("""{"streams":[{"stream":{"a":"b"},"values":[["1","x""", "not valid JSON", "stream 1, entry 1, line 1")]
    public void Bad_json_is_told_with_its_place(string json, string reason, string position) => RefusedWith(MediaType.Json, Encoding.UTF8.GetBytes(json), reason, position);

    [Theory]
    [InlineData("", "expected '{'")]
    [InlineData("{}", "a stream needs at least one label")]
    [InlineData("app", "expected '{'")]
    [InlineData("{app}", "expected '='")]
    [InlineData("{app=orders}", "expected a value in quotes")]
    [InlineData("{app=\"orders}", "expected the quote that ends the value")]
    [InlineData("{app=\"ord\\ners}", "expected the quote that ends the value")]
    [InlineData("{app=\"orders\"", "expected ','")]
    [InlineData("{app=\"orders\"} x", "expected the end of the labels")]
    [InlineData("{=\"orders\"}", "expected the name of a label")]
    [InlineData("{app=\"\\q\"}", "expected an escape of Go's string literals")]
    [InlineData("{app=\"\\x4\"}", "expected an escape of 2 digits")]
    [InlineData("{app=\"\\777\"}", "expected an octal escape up to \\377")]
    [InlineData("{app=\"\\ud800\"}", "expected a Unicode character")]
    [InlineData("{a-b=\"c\"}", "'a-b' is no name of a label")]
    public void Labels_that_are_none_are_told_with_their_place(string labels, string reason) =>
        RefusedWith(MediaType.Protobuf, new ProtobufBytes().Message(1, stream => stream.Text(1, labels)).ToArray(), reason, "stream 1");

    [Theory]
    [InlineData("{app=\"a\\\"b\\\\c\\n\\x41\\u00e9\\U0001F600\\101\"}", "a\"b\\c\nAé😀A")]
    [InlineData("{ app = `raw \\n \"text\"` , }", "raw \\n \"text\"")]
    public void Labels_may_be_written_as_Go_writes_texts(string labels, string value)
    {
        using var decoding = new PushDecoding();
        var rows = decoding.Lines(MediaType.Protobuf, new ProtobufBytes().Message(1, stream => stream.Text(1, labels).Message(2, static entry => entry.Text(2, "line"))).ToArray());
        Assert.EndsWith($" [app={value}]", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_that_is_none_is_told_with_its_entry()
    {
        var bad = new ProtobufBytes().Message(1, static stream => stream.Text(1, "{a=\"b\"}")
            .Message(2, static entry => entry.Message(1, static time => time.Varint(1, 5)))
            .Message(2, static entry => entry.Message(1, static time => time.Varint(1, 5).Varint(2, 1_000_000_000))));
        RefusedWith(MediaType.Protobuf, bad.ToArray(), "less than a second in nanoseconds", "stream 1, entry 2");
    }

    [Fact]
    public void Limits_are_told_with_the_stream_or_entry_that_passed_them()
    {
        var limits = new LimitSettings { RecordsPerRequest = 3, AttributesPerRecord = 2 };
        (string, string)[] labels = [("app", "orders")];
        var entry = new Push.Entry(Time, "line");
        RefusedWith(Push.Of(labels, entry, entry, entry, entry), limits, "limits.records_per_request", "stream 1, entry 4", RefusalKind.TooLarge);
        RefusedWith(Push.Of(labels, entry, new Push.Entry(Time, "line", ("a", "1"), ("b", "2"), ("c", "3"))), limits, "limits.attributes_per_record", "stream 1, entry 2");
        RefusedWith(new Push(new Push.Stream(labels, entry), new Push.Stream([("a", "1"), ("b", "2"), ("c", "3")], entry)), limits, "more than 2 labels", "stream 2");
        RefusedWith(Push.Of([("app", new string('x', 2049))], entry), limits, "a value of 2048 bytes", "stream 1");
        RefusedWith(Push.Of([(new string('x', 1025), "y")], entry), limits, "a name of 1024", "stream 1");
        RefusedWith(new Push([.. Enumerable.Range(0, 65).Select(number => new Push.Stream([("env", $"pr-{number}")], new Push.Entry(Time, "line")))]),
            new LimitSettings(), "at most 64 environments", "stream 65", RefusalKind.TooLarge);
    }

    [Fact]
    public void Both_encodings_of_a_push_give_the_same_rows_or_the_same_refusal() =>
        Prop.ForAll(Pushes().ToArbitrary(), push =>
        {
            using var decoding = new PushDecoding();
            return Outcome(decoding, MediaType.Json, push.Json()) == Outcome(decoding, MediaType.Protobuf, push.Protobuf());
        }).QuickCheckThrowOnFailure();

    /// <summary>Whatever is cut or flipped: rows or a refusal with a place, never another exception, and the decoder is as good as new afterwards.</summary>
    [Fact]
    public void Damaged_pushes_are_refused_or_read_and_never_break_the_decoder()
    {
        using var decoding = new PushDecoding();
        var whole = new Push(
            new Push.Stream([("app", "ord\"ers"), ("env", "prod")], new Push.Entry(Time, "line", ("level", "error")), new Push.Entry(Time, "größe")), new Push.Stream([("level", "info")], new Push.Entry(Time, "x")));
        (MediaType Encoding, byte[] Payload)[] payloads = [(MediaType.Json, whole.Json()), (MediaType.Protobuf, whole.Protobuf())];
        var rows = decoding.Lines(MediaType.Json, payloads[0].Payload);
        var refused = 0;
        for (var seed = 0; seed < 6_000; seed++)
        {
            var random = new Random(seed);
            var (encoding, payload) = payloads[seed % 2];
            var damaged = payload[..(random.Next(3) == 0 ? random.Next(payload.Length) : payload.Length)];
            for (var flips = random.Next(4); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }
            if (decoding.RefusalOf(encoding, damaged) is { } refusal)
            {
                refused++;
                Assert.False(refusal.Kind != RefusalKind.Malformed || refusal.Reason.Length == 0 || refusal.Position is null or "", $"seed {seed}: {refusal}");
            }
        }
        Assert.InRange(refused, 3_000, 5_999);
        Assert.Equal(rows, decoding.Lines(MediaType.Protobuf, payloads[1].Payload));
    }

    private static Gen<Push> Pushes()
    {
        var word = Gen.Elements(s_words);
        var label = from name in Gen.Elements(s_labels) from value in word select (name, value);
        var metadata = from name in Gen.Elements(s_metadata) from value in word select (name, value);
        var entry = from time in Gen.Choose(0, int.MaxValue) from line in word from pairs in metadata.ListOf() select new Push.Entry(time * 4_000_000_003L, line, [.. pairs.Take(5)]);
        var stream = from labels in label.ListOf() from entries in entry.ListOf() select new Push.Stream([.. labels.DistinctBy(static pair => pair.name).Take(6)], [.. entries.Take(5)]);
        return from streams in stream.ListOf() select new Push([.. streams.Take(4)]);
    }

    private static string Outcome(PushDecoding decoding, MediaType encoding, byte[] payload)
    {
        // The place in the bytes differs, the stream and entry do not.
        var refusal = decoding.RefusalOf(encoding, payload);
        return refusal is not null ? $"{refusal.Reason} at {refusal.Position}" : string.Join('\n', decoding.Lines(encoding, payload));
    }

    private static void RefusedWith(Push push, LimitSettings limits, string reason, string position, RefusalKind kind = RefusalKind.Malformed)
    {
        RefusedWith(MediaType.Json, push.Json(), reason, position, kind, limits);
        RefusedWith(MediaType.Protobuf, push.Protobuf(), reason, position, kind, limits);
    }

    private static void RefusedWith(MediaType encoding, byte[] payload, string reason, string position, RefusalKind kind = RefusalKind.Malformed, LimitSettings? limits = null)
    {
        using var decoding = new PushDecoding(limits is null ? null : Configurations.With(limits));
        var refusal = decoding.RefusalOf(encoding, payload);
        Assert.NotNull(refusal);
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.StartsWith(position, refusal.Position, StringComparison.Ordinal);
        Assert.Equal(kind, refusal.Kind);
    }
}
