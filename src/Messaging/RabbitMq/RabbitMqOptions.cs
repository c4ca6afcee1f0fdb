namespace Observability.Messaging.RabbitMq;

/// <summary>What an operator may want to change about the broker. The limits of the stream are written into it when it is declared first.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>Bytes of frames that the stream keeps; older segments are removed first. Default 10 GB (10^10).</summary>
    public long TelemetryMaximumBytes { get; set; } = 10_000_000_000;

    /// <summary>Age at which frames leave the stream, in whole seconds. Default 24 h. A replica that was away for longer is cold.</summary>
    public TimeSpan TelemetryMaximumAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Bytes of one file of the stream. Retention removes whole files. Default 100 MB: the stream is at most one hundredth longer than told.</summary>
    public long TelemetrySegmentBytes { get; set; } = 100_000_000;

    /// <summary>
    /// How long a publisher waits before its first frame when the stream is still empty. Default 3 s; zero does not wait. RabbitMQ 3.10 loses a stream whose node is
    /// killed before its register of streams is on disk, which takes about a second after the first one was declared.
    /// </summary>
    public TimeSpan NewStreamSettlesFor { get; set; } = TimeSpan.FromSeconds(3);
}
