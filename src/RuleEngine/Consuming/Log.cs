using Observability.Durability;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Engine state: snapshot {Snapshot}, {Replayed} journal records replayed, {Series} series, {Pipelines} pipelines")]
    public static partial void StateRestored(ILogger logger, SnapshotOutcome snapshot, long replayed, int series, int pipelines);

    [LoggerMessage(2002, LogLevel.Error, "The engine's snapshot is damaged and was not used; what the journal no longer holds is lost")]
    public static partial void SnapshotDamaged(ILogger logger);

    [LoggerMessage(2003, LogLevel.Error, "Journal records {First} to {Last} are missing ({Reason}, {Path} at byte {Position}); the state goes on without them")]
    public static partial void JournalGap(ILogger logger, ulong first, ulong last, LogGapReason reason, string path, long position);

    [LoggerMessage(2004, LogLevel.Error, "Frame {Name} was set aside (kept: {IsKept}): {Reason}")]
    public static partial void FrameSetAside(ILogger logger, FrameName name, bool isKept, string reason);

    [LoggerMessage(2005, LogLevel.Error, "Applying journal record {Sequence} failed; the state is made anew, and a record that fails twice is set aside")]
    public static partial void ApplyFailed(ILogger logger, Exception exception, ulong sequence);

    [LoggerMessage(2006, LogLevel.Warning, "{Count} samples were refused. {Example}")]
    public static partial void SamplesRefused(ILogger logger, int count, string example);

    [LoggerMessage(2007, LogLevel.Warning, "{Count} run events were refused: too many pipelines, or runs older than all that are kept")]
    public static partial void RunsRefused(ILogger logger, int count);

    [LoggerMessage(2008, LogLevel.Information, "Snapshot written at record {Sequence}; {JournalBytes} bytes of journal remain")]
    public static partial void SnapshotWritten(ILogger logger, ulong sequence, long journalBytes);

    [LoggerMessage(2009, LogLevel.Error, "The snapshot was not written and will be tried again; the journal keeps growing until then: {Reason}")]
    public static partial void SnapshotFailed(ILogger logger, string reason);

    [LoggerMessage(2010, LogLevel.Error, "The journal refused {Count} frames ({Outcome}: {Reason}); they were not acknowledged and will come again")]
    public static partial void JournalRefused(ILogger logger, int count, AppendOutcome outcome, string? reason);

    [LoggerMessage(2011, LogLevel.Warning, "A dead letter could not be kept: {Reason}")]
    public static partial void DeadLetterFailed(ILogger logger, string reason);

    [LoggerMessage(2012, LogLevel.Warning, "{Actor} deleted the samples of {Matchers} from {From} to {Until} (Unix milliseconds)")]
    public static partial void SeriesDeleted(ILogger logger, string actor, string matchers, long from, long until);
}
