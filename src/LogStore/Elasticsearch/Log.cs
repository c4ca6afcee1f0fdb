using Microsoft.Extensions.Logging;

namespace Observability.LogStore.Elasticsearch;

internal static partial class Log
{
    [LoggerMessage(5250, LogLevel.Information, "Logs go to Elasticsearch {Version} at {Url}, data streams {Pattern}")]
    public static partial void TemplateInstalled(ILogger logger, string version, Uri url, string pattern);

    [LoggerMessage(5251, LogLevel.Warning, "Elasticsearch at {Url} has no data stream lifecycle, so it keeps all logs; delete old backing indices otherwise: {Reason}")]
    public static partial void LifecycleMissing(ILogger logger, Uri url, string reason);

    [LoggerMessage(5252, LogLevel.Warning, "Elasticsearch refuses row {Row} of frame {Frame} for ever: {Reason}")]
    public static partial void RowRefused(ILogger logger, string frame, int row, string reason);

    [LoggerMessage(5253, LogLevel.Information, "Deleted {Rows} log records by filter, as {Actor} asked")]
    public static partial void RowsDeleted(ILogger logger, long rows, string actor);
}
