namespace Observability.RuleEngine.Publishing;

internal static partial class Log
{
    [LoggerMessage(2301, LogLevel.Warning, "Intents wait in the outbox and will be tried again in a second: {Reason}")]
    public static partial void OutboxStuck(ILogger logger, string reason);
}
