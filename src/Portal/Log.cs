namespace Observability.Portal;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Warning, "The {Service} service does not answer; {Path} was answered 503 ({Reason})")]
    public static partial void ServiceUnreachable(ILogger logger, string service, string path, string reason);

    [LoggerMessage(6002, LogLevel.Warning, "A page is shown without a part of it: {Address} could not be read ({Reason})")]
    public static partial void PartUnreadable(ILogger logger, string address, string reason);

    [LoggerMessage(6003, LogLevel.Warning, "The log store does not answer; {Path} was answered 503 ({Reason})")]
    public static partial void LogStoreAway(ILogger logger, string path, string reason);
}
