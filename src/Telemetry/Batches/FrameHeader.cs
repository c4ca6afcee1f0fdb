namespace Observability.Telemetry;

/// <summary>What a frame carries. The numbers are on disk and on the wire.</summary>
public enum FrameKind : byte
{
    Telemetry = 1,

    /// <summary>No rows: a Collector says every five seconds that it lives and how far it is.</summary>
    Heartbeat = 2,
}

/// <summary>The fixed part of a frame; readable without touching the rows.</summary>
/// <param name="Environment">One canonical environment: a request that holds several becomes several frames.</param>
/// <param name="Source">What took it in: <c>otlp</c>, <c>github</c>, <c>run</c> …</param>
/// <param name="Actor">Name of the API key or <c>unsigned</c>; who sent it, for audit.</param>
/// <param name="ReceivedUnixNanoseconds">Receipt time at the Collector.</param>
public readonly record struct FrameHeader(
    FrameKind Kind, string Environment, string Source, string Actor, long ReceivedUnixNanoseconds, int LogCount, int SampleCount, int RunCount);

/// <summary>Bytes that are not a frame of a version that this program reads. A bug, damage, or a newer writer: the message says at which byte.</summary>
public sealed class FrameFormatException(string message, int offset) : Exception($"{message} (byte {offset} of the frame)")
{
    public int Offset { get; } = offset;
}
