using System.Text;
using Observability.Messaging;
using Observability.RuleEngine.Consuming;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Consuming;

/// <summary>Frames as a Collector sends them, and a picture of an engine's state that can be compared.</summary>
internal static class EngineFrames
{
    public const ulong Incarnation = 0xA1;

    public static ReceivedFrame Frame(ulong sequence, long now, int rows = 2, RunEvent? run = null, bool withLog = false, ulong incarnation = Incarnation)
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "otlp", "key", now * 1_000_000);
        for (var i = 0; i < rows; i++)
        {
            var series = writer.AddSeries(MetricKind.Gauge, [new(writer.Intern(LabelSet.MetricName), writer.Intern("rows")), new(writer.Intern("table"), writer.Intern($"t{i}"))]);
            writer.AddSample(series, now + (long)sequence, sequence);
        }
        if (withLog)
        {
            writer.BeginLog();
            writer.EndLog(writer.AddResource([], []), now * 1_000_000, 9, "a line that the engine has no use for"u8, default, default);
        }
        if (run is not null)
        {
            writer.AddRun(run);
        }
        return new ReceivedFrame(new FrameName(incarnation, sequence), writer.Finish().ToArray(), (long)sequence + 100);
    }

    public static ReceivedFrame Heartbeat(ulong sequence, long now)
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Heartbeat, "unknown", "collector", "", now * 1_000_000);
        return new ReceivedFrame(new FrameName(Incarnation, sequence), writer.Finish().ToArray(), null);
    }

    /// <summary>Samples, runs and marks; equal pictures are equal states.</summary>
    public static string Picture(EngineState state)
    {
        var text = new StringBuilder();
        foreach (var series in state.Metrics.Select([], long.MinValue, long.MaxValue).OrderBy(series => series.Labels.ToString(), StringComparer.Ordinal))
        {
            text.Append(series.Labels).Append(' ').AppendJoin(',', series.Timestamps.ToArray()).Append(' ').AppendJoin(',', series.Values.ToArray()).AppendLine();
        }
        using var runs = new MemoryStream();
        state.Runs.Capture().WriteTo(runs);
        text.AppendLine(Encoding.UTF8.GetString(runs.ToArray()));
        text.AppendJoin(';', state.Marks.Marks()).AppendLine();
        text.AppendJoin(';', state.Marks.Missing()).Append(state.Marks.NextOffset).Append(' ').Append(state.EngineTimeMilliseconds);
        return text.ToString();
    }
}
