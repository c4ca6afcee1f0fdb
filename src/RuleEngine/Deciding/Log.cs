using Observability.StateStore;

namespace Observability.RuleEngine.Deciding;

internal static partial class Log
{
    [LoggerMessage(2201, LogLevel.Information, "Configuration version {Version} decides from now on, {Groups} rule groups")]
    public static partial void ConfigurationAdopted(ILogger logger, long version, int groups);

    [LoggerMessage(2202, LogLevel.Warning, "A step was not stored ({Status}: {Reason}); state is read again and the step repeated")]
    public static partial void NotCommitted(ILogger logger, CommitStatus status, string reason);

    [LoggerMessage(2203, LogLevel.Error, "The state store failed: {Reason}. Nothing is told until it answers; deciding goes on by itself then")]
    public static partial void StoreFailed(ILogger logger, string reason);
}
