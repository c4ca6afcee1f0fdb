using FsCheck;
using FsCheck.Fluent;

namespace Observability.Telemetry.Tests.Batches;

public sealed class FrameCodecTests
{
    private const long Received = 1_795_227_245_874_000_000;

    [Fact]
    public void A_frame_gives_back_what_was_written()
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "otlp", "ci-key", Received);
        var resource = writer.AddResource([new(writer.Intern("pipeline"), writer.Intern("orders"))], [new(writer.Intern("host.name"), writer.Intern("a"))]);
        writer.BeginLog();
        writer.AddAttribute(writer.Intern("attempt"), 2L);
        writer.AddAttribute(writer.Intern("ratio"), 0.5);
        writer.AddAttribute(writer.Intern("final"), true);
        writer.AddAttribute(writer.Intern("model"), "fct_orders"u8);
        writer.EndLog(resource, Received - 5, 17, "column \"ä\" does not exist"u8, new byte[16], default);
        var series = writer.AddSeries(MetricKind.Gauge, [new(writer.Intern("__name__"), writer.Intern("rows")), new(writer.Intern("pipeline"), writer.Intern("orders"))]);
        writer.AddSample(series, (Received / 1_000_000) - 10, 42.5);
        writer.AddRun(new RunEvent { Source = "dbt", Pipeline = "orders", Status = RunStatus.Failed, Tests = new TestCounts(1, 2) });

        var frame = TelemetryFrame.Open(writer.Finish());

        Assert.Equal(new FrameHeader(FrameKind.Telemetry, "prod", "otlp", "ci-key", Received, 1, 1, 1), frame.Header);
        var logs = frame.ReadLogs();
        Assert.True(logs.MoveNext());
        Assert.Equal(Received - 5, logs.TimeUnixNanoseconds);
        Assert.Equal(17, logs.SeverityNumber);
        Assert.True(logs.Body.SequenceEqual("column \"ä\" does not exist"u8));
        Assert.Equal(16, logs.TraceId.Length);
        Assert.Equal(0, logs.SpanId.Length);
        Assert.Equal("orders", frame.Text(frame.Resources[logs.Resource].StreamLabels[0].Value));
        var attributes = new List<string>();
        while (logs.MoveNextAttribute())
        {
            attributes.Add($"{frame.Text(logs.AttributeName)} {logs.AttributeType}");
        }
        Assert.Equal(["attempt Integer", "ratio Double", "final Boolean", "model Text"], attributes);
        Assert.False(logs.MoveNext());
        var samples = frame.ReadSamples();
        Assert.True(samples.MoveNext());
        Assert.Equal((Received / 1_000_000) - 10, samples.TimestampMilliseconds);
        Assert.Equal(42.5, samples.Value);
        Assert.Equal(LabelSet.Of(("__name__", "rows"), ("pipeline", "orders")), frame.ReadSeries()[samples.Series].Labels);
        Assert.Equal(RunStatus.Failed, Assert.Single(frame.ReadRuns()).Status);
    }

    [Fact]
    public void Rows_of_any_content_survive_the_round_trip() =>
        Prop.ForAll<string[], long, int>((bodies, time, severity) =>
        {
            using var writer = new TelemetryBatchWriter();
            writer.Reset(FrameKind.Telemetry, "dev", "run", "", Received);
            var resource = writer.AddResource([], []);
            var texts = bodies.Select(body => System.Text.Encoding.UTF8.GetBytes(body ?? "")).ToList();
            foreach (var body in texts)
            {
                writer.BeginLog();
                writer.AddAttribute(writer.Intern(body), time);
                writer.EndLog(resource, time, severity & 0x1F, body, default, new byte[8]);
            }
            var frame = TelemetryFrame.Open(writer.Finish());
            var logs = frame.ReadLogs();
            foreach (var body in texts)
            {
                if (!logs.MoveNext() || !logs.Body.SequenceEqual(body) || logs.TimeUnixNanoseconds != time || logs.SeverityNumber != (severity & 0x1F)
                    || !logs.MoveNextAttribute() || logs.AttributeInteger != time || !frame.TextUtf8(logs.AttributeName).SequenceEqual(body))
                {
                    return false;
                }
            }
            return !logs.MoveNext();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Damaged_bytes_give_a_format_error_and_never_a_wild_read()
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "otlp", "key", Received);
        for (var i = 0; i < 20; i++)
        {
            var resource = writer.AddResource([new(writer.Intern("pipeline"), writer.Intern($"p{i}"))], []);
            writer.BeginLog();
            writer.AddAttribute(writer.Intern("k"), "v"u8);
            writer.EndLog(resource, Received, 9, "hello world"u8, default, default);
            writer.AddSample(writer.AddSeries(MetricKind.Counter, [new(writer.Intern("__name__"), writer.Intern("x"))]), 1, i);
        }
        var intact = writer.Finish().ToArray();
        var random = new Random(7);
        var refused = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = intact.AsSpan(0, random.Next(4) == 0 ? random.Next(intact.Length) : intact.Length).ToArray();
            for (var flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            refused += ReadsAll(bytes) ? 0 : 1;
        }
        Assert.True(refused > 500, $"only {refused} of 5,000 damaged frames were noticed: the damage does not reach the reader");
    }

    [Fact]
    public void A_newer_version_is_refused_with_the_way_out()
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Heartbeat, "unknown", "collector", "", Received);
        var bytes = writer.Finish().ToArray();
        bytes[3]++;
        var refused = Assert.Throws<FrameFormatException>(() => TelemetryFrame.PeekHeader(bytes));
        Assert.Contains("upgrade this program first", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_a_row_allocates_nothing_once_the_buffers_have_grown()
    {
        using var writer = new TelemetryBatchWriter();
        WriteRows(writer, 2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        WriteRows(writer, 2_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256);
    }

    private static void WriteRows(TelemetryBatchWriter writer, int count)
    {
        writer.Reset(FrameKind.Telemetry, "prod", "otlp", "key", Received);
        var name = writer.Intern("k"u8);
        var resource = writer.AddResource([], []);
        for (var i = 0; i < count; i++)
        {
            writer.BeginLog();
            writer.AddAttribute(name, "value"u8);
            writer.EndLog(resource, Received + i, 9, "hello world"u8, default, default);
        }
        writer.Finish();
    }

    private static bool ReadsAll(byte[] bytes)
    {
        try
        {
            var frame = TelemetryFrame.Open(bytes);
            var logs = frame.ReadLogs();
            while (logs.MoveNext())
            {
            }
            frame.ReadSeries();
            var samples = frame.ReadSamples();
            while (samples.MoveNext())
            {
            }
            frame.ReadRuns();
            return true;
        }
        catch (FrameFormatException)
        {
            return false;
        }
    }
}
