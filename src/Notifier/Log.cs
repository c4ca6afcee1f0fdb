namespace Observability.Notifier;

/// <summary>Everything that the Notifier logs. 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Notifier has {Waiting} notices to deliver and {Kept} on record; this start is epoch {Epoch}")]
    public static partial void Opened(ILogger logger, int waiting, int kept, ulong epoch);

    [LoggerMessage(3002, LogLevel.Warning, "A template of receiver '{Receiver}', {Integration}, failed; the default text is sent: {Error}")]
    public static partial void TemplateFailed(ILogger logger, string receiver, string integration, string error);

    [LoggerMessage(3003, LogLevel.Warning, "Receiver '{Receiver}', {Integration}: {Outcome} ({Detail}); attempt {Attempt} of notice {Id}, next one at {NextAttempt:O}")]
    public static partial void WillRetry(ILogger logger, string receiver, string integration, Channels.DeliveryOutcome outcome, string detail, int attempt, string id, DateTimeOffset nextAttempt);

    [LoggerMessage(3004, LogLevel.Error, "Notice {Id} could not be delivered to receiver '{Receiver}', {Integration}: {Reason}. Told instead: {Instead}")]
    public static partial void GivenUp(ILogger logger, string id, string receiver, string integration, string reason, string instead);

    [LoggerMessage(3005, LogLevel.Error, "Delivering notice {Id} failed by a fault of this program; the fallback receiver is told")]
    public static partial void Fault(ILogger logger, Exception exception, string id);

    [LoggerMessage(3006, LogLevel.Warning, "The Notifier's store cannot be written ({Reason}); trying again in {PauseSeconds} s")]
    public static partial void StoreAway(ILogger logger, string reason, double pauseSeconds);

    [LoggerMessage(3007, LogLevel.Information, "{Count} notices older than {Retention} (retention.deliveries) or above {Most} were removed")]
    public static partial void Forgotten(ILogger logger, int count, TimeSpan retention, int most);

    [LoggerMessage(3008, LogLevel.Information, "Configuration {Hash} is in force")]
    public static partial void Reloaded(ILogger logger, string hash);

    [LoggerMessage(3009, LogLevel.Error, "The changed configuration is not used; the one before stays in force: {Errors}")]
    public static partial void ReloadRefused(ILogger logger, string errors);
}
