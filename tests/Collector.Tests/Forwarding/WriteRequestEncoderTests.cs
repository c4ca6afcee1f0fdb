using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Forwarding;
using Observability.Collector.Normalizing;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.RemoteWrite;
using Observability.Collector.Tests.Support;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Forwarding;

public sealed class WriteRequestEncoderTests
{
    [Fact]
    public void What_is_encoded_is_what_our_own_decoder_reads() =>
        Prop.ForAll<(NonNull<string> Value, long Time, double Number)[]>(samples =>
        {
            var frame = Frame(writer =>
            {
                foreach (var (value, time, number) in samples)
                {
                    // Unsorted, and with the name in the middle, as frames have them.
                    var series = writer.AddSeries(MetricKind.Unknown, Pairs(writer, ("zone", Clean(value.Get)), ("__name__", "rows"), ("environment", "prod"), ("area", "a")));
                    writer.AddSample(series, time, number);
                }
            });
            var messages = Encode([frame], out _);
            return SampleLines([frame]).SequenceEqual(SampleLines(messages.SelectMany(Decode)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Small_frames_share_a_message_and_a_big_one_becomes_several()
    {
        byte[] Numbered(int from, int count) => Frame(writer =>
        {
            for (var i = from; i < from + count; i++)
            {
                writer.AddSample(writer.AddSeries(MetricKind.Gauge, Pairs(writer, ("__name__", "rows"), ("environment", "prod"), ("i", $"{i}"))), 1_000, i);
            }
        });
        byte[][] frames = [Numbered(0, 10), Numbered(10, 10), Numbered(20, 5_000)];
        var messages = Encode(frames, out _);
        Assert.Equal([2_000, 2_000, 1_020], messages.Select(message => SampleLines(Decode(message)).Count()));
        Assert.Equal(SampleLines(frames).Select(static line => line.Replace("Gauge", "Unknown", StringComparison.Ordinal)), SampleLines(messages.SelectMany(Decode)));
    }

    [Fact]
    public void Long_labels_do_not_make_a_message_that_nobody_takes()
    {
        var frame = Frame(writer =>
        {
            var series = writer.AddSeries(MetricKind.Gauge, Pairs(writer, ("__name__", "rows"), ("text", new string('x', 500_000))));
            for (var i = 0; i < 20; i++)
            {
                writer.AddSample(series, i, i);
            }
        });
        Assert.All(Encode([frame], out _), static message => Assert.InRange(message.Length, 1, 2 << 20));
    }

    [Fact]
    public void Increments_are_passed_over_and_counted()
    {
        var frame = Frame(writer =>
        {
            writer.AddSample(writer.AddSeries(MetricKind.DeltaCounter, Pairs(writer, ("__name__", "a_total"))), 1, 1);
            writer.AddSample(writer.AddSeries(MetricKind.DeltaHistogram, Pairs(writer, ("__name__", "b_count"))), 1, 1);
            writer.AddSample(writer.AddSeries(MetricKind.Counter, Pairs(writer, ("__name__", "c_total"))), 1, 1);
        });
        Assert.Equal(["sample Unknown c_total{environment=\"unknown\"} 1 1"], SampleLines(Encode([frame], out var increments).SelectMany(Decode)));
        Assert.Equal(2, increments);
    }

    [Fact]
    public void Of_a_label_that_is_given_twice_the_last_one_is_sent_and_one_without_a_value_is_not()
    {
        var frame = Frame(writer =>
            writer.AddSample(writer.AddSeries(MetricKind.Gauge, Pairs(writer, ("__name__", "rows"), ("pipeline", "first"), ("empty", ""), ("pipeline", "second"))), 1, 1));
        Assert.Equal(["sample Unknown rows{environment=\"unknown\", pipeline=\"second\"} 1 1"], SampleLines(Encode([frame], out _).SelectMany(Decode)));
    }

    private static List<byte[]> Encode(IEnumerable<byte[]> frames, out int increments)
    {
        var encoder = new WriteRequestEncoder();
        var messages = new List<byte[]>();
        increments = 0;
        foreach (var frame in frames)
        {
            increments += encoder.Add(TelemetryFrame.Open(frame));
            while (encoder.TryTake(onlyFull: true, out var message, out _))
            {
                messages.Add(message);
            }
        }
        while (encoder.TryTake(onlyFull: false, out var message, out _))
        {
            messages.Add(message);
        }
        return messages;
    }

    private static IEnumerable<byte[]> Decode(byte[] message)
    {
        using var decoder = new RemoteWriteDecoder(new EnvironmentResolver(() => Configurations.Shipped));
        var frames = decoder.Decode(message, message.Length, ReceiveLimits.Of(new LimitSettings()), Actor.Unsigned, Decoding.Received);
        Assert.Equal(0, decoder.Partial.Rejected);
        return [.. frames.Select(static frame => frame.ToArray())];
    }

    private static IEnumerable<string> SampleLines(IEnumerable<byte[]> frames) =>
        FrameText.Of(frames.Select(static frame => (ReadOnlyMemory<byte>)frame)).Where(static line => line.StartsWith("sample ", StringComparison.Ordinal));

    private static byte[] Frame(Action<TelemetryBatchWriter> fill)
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "test", "unsigned", Decoding.Received);
        fill(writer);
        return writer.Finish().ToArray();
    }

    private static TextPair[] Pairs(TelemetryBatchWriter writer, params (string Name, string Value)[] labels) =>
        [.. labels.Select(label => new TextPair(writer.Intern(Encoding.UTF8.GetBytes(label.Name)), writer.Intern(Encoding.UTF8.GetBytes(label.Value))))];

    // Half of a surrogate pair is no UTF-8, and secrets are replaced on the way in.
    private static string Clean(string text) => string.Concat(text.Where(static character => char.IsLetterOrDigit(character)));
}
