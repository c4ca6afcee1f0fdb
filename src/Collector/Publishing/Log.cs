using Observability.Telemetry;

namespace Observability.Collector.Publishing;

internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Warning, "Frame {Name} was not taken by the bus; attempt {Attempt} follows")]
    public static partial void PublishFailed(ILogger logger, Exception exception, FrameName name, int attempt);
}
