using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.RemoteWrite;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Receiving.RemoteWrite;

public sealed class RemoteWriteDecoderTests
{
    private static readonly (string, string)[] Up = [("__name__", "up"), ("environment", "prod"), ("job", "node")];

    [Fact]
    public void Series_become_samples_of_their_environment()
    {
        var request = new WriteRequest()
            .Metadata("up")
            .Series(Up, (1_000, 1), (2_000, 0))
            .Series([("__name__", "up"), ("environment", "production"), ("job", "other")], (1_000, 2.5))
            .Series([("__name__", "up"), ("environment", "dev"), ("job", "")], (1_000, 3));
        Assert.Equal(
            [
                "frame prod remote-write unsigned",
                "sample Unknown up{environment=\"prod\", job=\"node\"} 1000 1",
                "sample Unknown up{environment=\"prod\", job=\"node\"} 2000 0",
                "sample Unknown up{environment=\"prod\", job=\"other\"} 1000 2.5",
                "frame dev remote-write unsigned",
                "sample Unknown up{environment=\"dev\"} 1000 3",
            ],
            Lines(request));
    }

    [Fact]
    public void Undeclared_environments_become_unknown_and_their_series_stay_apart()
    {
        var request = WriteRequest.Of(("__name__", "up"), ("environment", "moon")).Series([("__name__", "up"), ("environment", "mars")], (1_795_231_866_512, 1))
            .Series([("__name__", "up"), ("environment", "unknown")], (1_795_231_866_512, 1))
            .Series([("__name__", "up"), ("environment", "unknown"), ("exported_environment", "moon")], (1_795_231_866_512, 2));
        Assert.Equal(
            [
                "frame unknown remote-write unsigned",
                "sample Unknown up{environment=\"unknown\", exported_environment=\"moon\"} 1795231866512 1",
                "sample Unknown up{environment=\"unknown\", exported_environment=\"mars\"} 1795231866512 1",
                "sample Unknown up{environment=\"unknown\"} 1795231866512 1",
                "sample Unknown up{environment=\"unknown\", exported_environment=\"moon\"} 1795231866512 2",
            ],
            Lines(request));
    }

    [Theory]
    [InlineData("dev", "dev")]
    [InlineData("pr-*", null)]
    public void Without_a_label_the_key_of_one_environment_says_which(string covered, string? expected)
    {
        var actor = Actor.OfKey(new ApiKey { Name = "ci", Line = 1, Sha256 = new byte[32], Roles = AccessRoles.Ingest, Environments = [covered] });
        var lines = Lines(WriteRequest.Of(("__name__", "up")), out var partial, actor);
        if (expected is null)
        {
            Assert.Empty(lines);
            Assert.Contains("'ci' may not write environment 'unknown'", partial, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal($"frame {expected} remote-write ci", lines[0]);
        }
    }

    [Fact]
    public void A_key_does_not_write_an_environment_that_it_does_not_cover()
    {
        var actor = Actor.OfKey(new ApiKey { Name = "ci", Line = 1, Sha256 = new byte[32], Roles = AccessRoles.Ingest, Environments = ["dev"] });
        Assert.Empty(Lines(WriteRequest.Of(Up), out var partial, actor));
        Assert.Contains("environment 'prod'", partial, StringComparison.Ordinal);
    }

    [Fact]
    public void Staleness_markers_and_other_NaNs_keep_their_bits()
    {
        long[] bits = [StalenessMarker.Bits, 0x7ff8000000000001, unchecked((long)0xfff0000000000000)];
        var request = new WriteRequest().Series(Up, [.. bits.Select((value, i) => ((long)i, BitConverter.Int64BitsToDouble(value)))]);
        var samples = TelemetryFrame.Open(Frames(request.Message(), out _)[0]).ReadSamples();
        var kept = new List<long>();
        while (samples.MoveNext())
        {
            kept.Add(BitConverter.DoubleToInt64Bits(samples.Value));
        }
        Assert.Equal(bits, kept);
    }

    [Fact]
    public void What_can_never_be_taken_is_left_out_with_its_reason_and_the_rest_is_kept()
    {
        var request = WriteRequest.Of(("job", "nameless"))
            .Series([("__name__", "twins"), ("a", "1"), ("b", "2"), ("a", "3")], (1, 1), (2, 2))
            .Series([("__name__", "empty"), ("", "x")], (1, 1))
            .Histogram("native")
            .Series([("zone", "b"), ("__name__", "unsorted"), ("area", "é")], (1, 1));
        var lines = Lines(request, out var partial);
        Assert.Equal(["frame unknown remote-write unsigned", "sample Unknown unsorted{area=\"é\", environment=\"unknown\", zone=\"b\"} 1 1"], lines);
        Assert.Equal(
            [
                "1 refused: a series has no label __name__",
                "2 refused: twins: the label 'a' is given twice",
                "1 refused: empty: a label has an empty name, or a name or value that is not UTF-8",
                "1 refused: native histograms are not stored",
            ],
            partial.Split("; ").Where(part => part.Contains("refused", StringComparison.Ordinal)));
    }

    [Fact]
    public void Secrets_do_not_become_label_values()
    {
        var lines = Lines(WriteRequest.Of(("__name__", "probe"), ("target", "postgres://orders:hunter2@db/orders")));
        Assert.Contains("postgres://orders:<redacted>@db/orders", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_beyond_a_limit_is_refused_as_a_whole_or_loses_the_series()
    {
        var limits = ReceiveLimits.Of(new LimitSettings { RecordsPerRequest = 2, AttributesPerRecord = 2, RecordBytes = 40 });
        var tooMany = Assert.Throws<MalformedPayloadException>(() => Frames(new WriteRequest().Series(Up, (1, 1), (2, 1), (3, 1)).Message(), out _, limits: limits));
        Assert.Equal((RefusalKind.TooLarge, "sample 3"), (tooMany.Refusal.Kind, tooMany.Refusal.Position));
        Assert.Empty(Frames(WriteRequest.Of(Up).Series([("__name__", new string('n', 50))], (1, 1)).Message(), out var partial, limits: limits));
        Assert.Contains("more than 2 labels", partial, StringComparison.Ordinal);
        Assert.Contains("limits.record_bytes", partial, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_metric_store_would_never_keep_is_told_to_the_sender()
    {
        (string, string)[] many = [("__name__", "many"), .. Enumerable.Range(0, SeriesLabelLimits.MaximumLabels).Select(static number => ($"l{number}", "v"))];
        Assert.Empty(Lines(WriteRequest.Of(many).Series([("__name__", "long"), ("text", new string('x', SeriesLabelLimits.MaximumBytes))], (1, 1)), out var partial));
        Assert.Contains("more than 64 labels", partial, StringComparison.Ordinal);
        Assert.Contains("long: its labels have 16400 bytes, more than 16384", partial, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_messages_are_refused_with_a_position_or_read_and_nothing_else()
    {
        var (refused, read) = (0, 0);
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var message = new WriteRequest().Series(Up, (1_000, 1)).Histogram("native").Metadata("up").Series([("__name__", "other")], (2, 2)).Message();
            message = random.Next(4) == 0 ? message[..random.Next(message.Length)] : message;
            for (var changes = random.Next(1, 4); changes > 0 && message.Length > 0; changes--)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }
            try
            {
                FrameText.Of(Frames(message, out _));
                read++;
            }
            catch (MalformedPayloadException exception)
            {
                Assert.StartsWith("byte ", exception.Refusal.Position, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(refused > 100 && read > 100, $"{refused} refused, {read} read: the seeds no longer reach both");
    }

    private static IReadOnlyList<string> Lines(WriteRequest request) => Lines(request, out _);

    private static IReadOnlyList<string> Lines(WriteRequest request, out string partial, Actor? actor = null) => FrameText.Of(Frames(request.Message(), out partial, actor));

    private static List<ReadOnlyMemory<byte>> Frames(byte[] message, out string partial, Actor? actor = null, ReceiveLimits? limits = null)
    {
        using var decoder = new RemoteWriteDecoder(new EnvironmentResolver(() => Configurations.Shipped));
        // A pool's array is longer than what it holds.
        byte[] payload = [.. message, 0xFF, 0xFF, 0xFF];
        var frames = decoder.Decode(payload, message.Length, limits ?? ReceiveLimits.Of(new LimitSettings()), actor ?? Actor.Unsigned, Decoding.Received);
        partial = decoder.Partial.Message;
        return [.. frames.Select(frame => (ReadOnlyMemory<byte>)frame.ToArray())];
    }
}
