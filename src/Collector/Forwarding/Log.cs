namespace Observability.Collector.Forwarding;

internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Warning, "The tracer refused a request of spans ({Reason}); it is not sent again, and the spans are kept here")]
    public static partial void TracerRefused(ILogger logger, string reason);

    [LoggerMessage(1402, LogLevel.Warning, "The tracer is away ({Reason}); a request of spans was given up after {Attempts} attempts, and the spans are kept here")]
    public static partial void TracerAway(ILogger logger, string reason, int attempts);
}
