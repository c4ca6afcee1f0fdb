using System.Globalization;
using System.Text;
using Observability.Telemetry;

namespace Observability.Collector.Tests.Support;

/// <summary>Frames as lines of text, so that two of them can be compared and a difference can be read.</summary>
internal static class FrameText
{
    public static IReadOnlyList<string> Of(IEnumerable<ReadOnlyMemory<byte>> frames) => [.. frames.SelectMany(Of)];

    public static IReadOnlyList<string> Of(ReadOnlyMemory<byte> bytes)
    {
        var frame = TelemetryFrame.Open(bytes);
        var lines = new List<string> { $"frame {frame.Header.Environment} {frame.Header.Source} {frame.Header.Actor}" };
        AddLogs(frame, lines);
        var series = frame.ReadSeries();
        var samples = frame.ReadSamples();
        while (samples.MoveNext())
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"sample {series[samples.Series].Kind} {series[samples.Series].Labels} {samples.TimestampMilliseconds} {(StalenessMarker.IsStale(samples.Value) ? "stale" : samples.Value)}"));
        }
        lines.AddRange(frame.ReadRuns().Select(run => $"run {run.Source} {run.Pipeline} {run.Environment} {run.RunId}#{run.Attempt} {run.Task} {run.Status}"));
        return lines;
    }

    private static void AddLogs(TelemetryFrame frame, List<string> lines)
    {
        var logs = frame.ReadLogs();
        while (logs.MoveNext())
        {
            var resource = frame.Resources[logs.Resource];
            var line = new StringBuilder();
            line.Append(CultureInfo.InvariantCulture, $"log {logs.TimeUnixNanoseconds} {logs.SeverityNumber} '{Encoding.UTF8.GetString(logs.Body)}'");
            line.Append(CultureInfo.InvariantCulture, $" trace={Convert.ToHexString(logs.TraceId)} span={Convert.ToHexString(logs.SpanId)} {{");
            line.AppendJoin(", ", resource.StreamLabels.Select(pair => $"{frame.Text(pair.Name)}={frame.Text(pair.Value)}")).Append("} [");
            line.AppendJoin(", ", resource.Attributes.Select(pair => $"{frame.Text(pair.Name)}={frame.Text(pair.Value)}")).Append(']');
            while (logs.MoveNextAttribute())
            {
                var value = logs.AttributeType switch
                {
                    AttributeType.Text or AttributeType.Json => Encoding.UTF8.GetString(logs.AttributeText),
                    AttributeType.Double => logs.AttributeDouble.ToString(CultureInfo.InvariantCulture),
                    _ => logs.AttributeInteger.ToString(CultureInfo.InvariantCulture),
                };
                line.Append(CultureInfo.InvariantCulture, $" {frame.Text(logs.AttributeName)}:{logs.AttributeType}={value}");
            }
            lines.Add(line.ToString());
        }
    }
}
