namespace Observability.Standalone.Demo;

internal static partial class Log
{
    [LoggerMessage(7101, LogLevel.Information, "Demo: {What}")]
    public static partial void DemoPlayed(ILogger logger, string what);

    [LoggerMessage(7102, LogLevel.Warning, "Demo: {What} was refused with {Status}: {Answer}")]
    public static partial void DemoRefused(ILogger logger, string what, int status, string answer);

    [LoggerMessage(7103, LogLevel.Information, "Demo: played to the end; the product goes on listening at {Address}")]
    public static partial void DemoEnded(ILogger logger, string address);
}
