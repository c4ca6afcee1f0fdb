using Microsoft.Extensions.Logging;

namespace Observability.ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Information, "Configuration {Hash} is in force")]
    public static partial void Reloaded(ILogger logger, string hash);

    [LoggerMessage(7002, LogLevel.Error, "The changed configuration is not used; the one before stays in force: {Errors}")]
    public static partial void ReloadRefused(ILogger logger, string errors);
}
