using Microsoft.Extensions.Logging;

namespace Observability.MetricStore.Blocks;

internal static partial class Log
{
    [LoggerMessage(5300, LogLevel.Error, "Metric block {Path} cannot be read and was set aside; its samples are missing from queries, all others are not affected: {Reason}")]
    public static partial void BlockSetAside(ILogger logger, string path, string reason);

    [LoggerMessage(5301, LogLevel.Error, "A chunk of {Samples} samples of {Series} in {Path} at byte {Position} is damaged and left out of queries, all others are not affected")]
    public static partial void ChunkDamaged(ILogger logger, int samples, string series, string path, long position);

    [LoggerMessage(5302, LogLevel.Error, "A metric block up to {Cut} could not be written; its samples stay in memory and in the journal, the next attempt follows within a minute: {Reason}")]
    public static partial void WriteFailed(ILogger logger, DateTimeOffset cut, string reason);

    [LoggerMessage(5303, LogLevel.Information, "Metric block {File}: {Samples} samples of {Series} series in {Bytes} bytes")]
    public static partial void BlockWritten(ILogger logger, string file, long samples, long series, long bytes);

    [LoggerMessage(5304, LogLevel.Information, "{Count} metric blocks became {File}: {Samples} samples of {Series} series")]
    public static partial void BlocksMerged(ILogger logger, int count, string file, long samples, long series);

    [LoggerMessage(5305, LogLevel.Error, "Metric blocks could not be merged; they stay as they are and the next attempt follows within a minute: {Reason}")]
    public static partial void MergeFailed(ILogger logger, string reason);

    [LoggerMessage(5306, LogLevel.Information, "{Count} metric blocks were older than the retention of {Retention} and are gone")]
    public static partial void BlocksRetired(ILogger logger, int count, TimeSpan retention);
}
