using Observability.Telemetry;

namespace Observability.Collector.Indexing;

/// <summary>What of a refused row goes into its dead letter.</summary>
internal sealed record RefusedRow(string Environment, string Source, byte[] Body, bool IsDeadLetter)
{
    /// <summary>Null when the frame has no such row.</summary>
    public static RefusedRow? Read(ReadOnlyMemory<byte> bytes, int row)
    {
        var frame = TelemetryFrame.Open(bytes);
        var logs = frame.ReadLogs();
        while (logs.MoveNext())
        {
            if (logs.Row == row)
            {
                var labels = frame.Resources[logs.Resource].StreamLabels;
                return new RefusedRow(frame.Header.Environment, frame.Header.Source, logs.Body.ToArray(), labels.Any(label => frame.Text(label.Name) == LabelNames.DeadLetter));
            }
        }
        return null;
    }
}
