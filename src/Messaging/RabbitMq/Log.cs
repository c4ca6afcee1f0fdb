using Microsoft.Extensions.Logging;
using Observability.Telemetry;

namespace Observability.Messaging.RabbitMq;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Publishing telemetry to RabbitMQ at {Address}")]
    public static partial void PublisherConnected(ILogger logger, RabbitMqAddress address);

    [LoggerMessage(4002, LogLevel.Warning, "RabbitMQ at {Address} did not confirm frame {Name} and gets it again; it stays in the spool until then: {Reason}")]
    public static partial void FrameNotConfirmed(ILogger logger, FrameName name, RabbitMqAddress address, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "The telemetry stream exists with other limits than configured and keeps them; delete it to change them: {Reason}")]
    public static partial void StreamHasOtherLimits(ILogger logger, string reason);

    [LoggerMessage(4010, LogLevel.Information, "Reading telemetry from RabbitMQ at {Address}, from offset {Offset}")]
    public static partial void ConsumerConnected(ILogger logger, RabbitMqAddress address, string offset);

    [LoggerMessage(4011, LogLevel.Warning, "Reading telemetry from RabbitMQ at {Address} was interrupted and is resumed: {Reason}")]
    public static partial void ConsumerInterrupted(ILogger logger, RabbitMqAddress address, string reason);

    [LoggerMessage(4012, LogLevel.Error, "Frame {Name} was not taken and comes again in {PauseMilliseconds} ms")]
    public static partial void FrameNotTaken(ILogger logger, Exception exception, FrameName name, double pauseMilliseconds);

    [LoggerMessage(4013, LogLevel.Error, "A message at offset {Offset} of the telemetry stream is no frame and is passed over: {Reason}")]
    public static partial void NotAFrame(ILogger logger, long offset, string reason);

    [LoggerMessage(4014, LogLevel.Warning, "The telemetry stream is not the one that was read up to offset {Offset}: it was set up anew. Reading from its first frame; frames known already are recognised by their names")]
    public static partial void StreamIsNew(ILogger logger, long offset);

    [LoggerMessage(4020, LogLevel.Warning, "RabbitMQ at {Address} did not confirm intent {Id} and gets it again: {Reason}")]
    public static partial void IntentNotConfirmed(ILogger logger, string id, RabbitMqAddress address, string reason);

    [LoggerMessage(4021, LogLevel.Warning, "RabbitMQ at {Address} does not take part yet: {Reason}")]
    public static partial void BusNotStarted(ILogger logger, RabbitMqAddress address, string reason);
}
