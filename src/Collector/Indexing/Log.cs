using Observability.Telemetry;

namespace Observability.Collector.Indexing;

internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Warning, "The log store did not take a batch; {Waiting} frames wait in the spool, attempt {Attempt} follows")]
    public static partial void StoreAway(ILogger logger, Exception exception, ulong waiting, int attempt);

    [LoggerMessage(1202, LogLevel.Warning, "The log store refuses row {Row} of frame {Name} for ever; it is kept as a dead letter: {Reason}")]
    public static partial void RecordRefused(ILogger logger, FrameName name, int row, string reason);

    [LoggerMessage(1203, LogLevel.Warning, "A dead letter waits for room in the spool: {Reason}")]
    public static partial void DeadLetterWaits(ILogger logger, string reason);

    [LoggerMessage(1204, LogLevel.Warning, "The log store closed before {Waiting} frames were durable in it; they are sent again after the next start")]
    public static partial void StoreClosed(ILogger logger, Exception exception, ulong waiting);
}
