namespace Observability.Collector.Spooling;

internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Error, "A heartbeat could not be written, so engines will soon take this Collector for silent: {Reason}")]
    public static partial void HeartbeatRefused(ILogger logger, string reason);

    [LoggerMessage(1102, LogLevel.Information, "Spool {Directory} opened: incarnation {Incarnation}, newest frame {Newest}, indexed up to {Indexed}, published up to {Published}")]
    public static partial void Opened(ILogger logger, string directory, string incarnation, ulong newest, ulong indexed, ulong published);

    [LoggerMessage(1103, LogLevel.Critical, "Frames {First} to {Last} of the spool are lost to {Cursor}: {Reason} {Path} at byte {Position}")]
    public static partial void Gap(ILogger logger, string cursor, ulong first, ulong last, string reason, string path, long position);
}
