namespace Observability.Collector.Forwarding;

internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Warning, "The tracer refused a request of spans ({Reason}); it is not sent again, and the spans are kept here")]
    public static partial void TracerRefused(ILogger logger, string reason);

    [LoggerMessage(1402, LogLevel.Warning, "The tracer is away ({Reason}); a request of spans was given up after five minutes, and the spans are kept here")]
    public static partial void TracerAway(ILogger logger, string reason);

    [LoggerMessage(1403, LogLevel.Warning,
        "{Receiver} refused {Samples} samples ({Reason}); they are not sent again, and are kept here. Until it takes some, more of them are only counted in obs_forwarded_samples")]
    public static partial void SamplesRefused(ILogger logger, string receiver, int samples, string reason);

    [LoggerMessage(1404, LogLevel.Warning,
        "{Receiver} is away ({Reason}); {Samples} samples were given up after five minutes, and are kept here. Until it takes some, more of them are only counted in obs_forwarded_samples")]
    public static partial void SamplesGivenUp(ILogger logger, string receiver, int samples, string reason);

    [LoggerMessage(1405, LogLevel.Information, "{Receiver} takes samples again")]
    public static partial void SamplesTakenAgain(ILogger logger, string receiver);
}
