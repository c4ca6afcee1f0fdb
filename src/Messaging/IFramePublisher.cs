using Observability.Telemetry;

namespace Observability.Messaging;

/// <summary>The Collector's side of the telemetry border.</summary>
public interface IFramePublisher
{
    /// <summary>
    /// Hands over one frame and returns when the receiver has it on disk: a publisher confirm with mandatory routing over RabbitMQ, the return of
    /// Consuming after its own sync in one process. Retries by itself under the same name, bounded only by the token. Many calls may be in flight.
    /// </summary>
    ValueTask PublishAsync(FrameName name, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);
}

/// <summary>RuleEngine's side of the telemetry border.</summary>
public interface IFrameConsumer
{
    /// <summary>Offset of the stream to go on from, as the engine's journal knows it; null reads from the first frame kept.</summary>
    long? NextOffset { get; }

    /// <summary>
    /// Takes one frame; the task ends when the frame is applied and on disk (or was known already: frames may come twice and out of order).
    /// A throw means that it was not taken: it will come again.
    /// </summary>
    ValueTask ConsumeAsync(ReceivedFrame frame, CancellationToken cancellationToken);
}

/// <param name="Bytes">Valid until the consumer's task ends.</param>
/// <param name="StreamOffset">Over RabbitMQ an offset at which nothing before is open: whoever resumes there misses nothing and may get frames twice. Null in one process.</param>
public readonly record struct ReceivedFrame(FrameName Name, ReadOnlyMemory<byte> Bytes, long? StreamOffset);
