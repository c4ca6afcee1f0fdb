using Microsoft.Extensions.Logging;

namespace Observability.LogStore.Segments;

internal static partial class Log
{
    [LoggerMessage(5200, LogLevel.Error, "Log segment cannot be read and was set aside as {Path}; its records are missing from searches, all others are not affected: {Reason}")]
    public static partial void SegmentSetAside(ILogger logger, string path, string reason);

    [LoggerMessage(5201, LogLevel.Error, "A block of {Rows} records is left out of searches, all others are not affected: {Reason}")]
    public static partial void BlockDamaged(ILogger logger, int rows, string reason);

    [LoggerMessage(5202, LogLevel.Error, "{Rows} log records cannot be written to {Path}; they stay in memory and in the spool, the next attempt follows within {Interval}: {Reason}")]
    public static partial void FlushFailed(ILogger logger, int rows, string path, TimeSpan interval, string reason);

    [LoggerMessage(5203, LogLevel.Information, "Deleted log segment {Path}: {Reason}")]
    public static partial void SegmentExpired(ILogger logger, string path, string reason);

    [LoggerMessage(5204, LogLevel.Warning, "Log segments cannot be tidied, the next attempt follows within {Interval}: {Reason}")]
    public static partial void TidyingFailed(ILogger logger, TimeSpan interval, string reason);

    [LoggerMessage(5205, LogLevel.Warning, "Frame {Frame} cannot be read from its log row {Row} on: {Reason}")]
    public static partial void FrameUnreadable(ILogger logger, string frame, int row, string reason);

    [LoggerMessage(5206, LogLevel.Information, "Deleted {Rows} log records of {Environments} from {Path}: past their environment's retention")]
    public static partial void EnvironmentExpired(ILogger logger, long rows, string environments, string path);

    [LoggerMessage(5207, LogLevel.Information, "Deleted {Rows} log records by filter, as {Actor} asked")]
    public static partial void RowsDeleted(ILogger logger, long rows, string actor);
}
