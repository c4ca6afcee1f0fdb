using Observability.Telemetry;

namespace Observability.Query.LogQL;

/// <summary>Which lines a log query gives first.</summary>
public enum LogDirection
{
    /// <summary>Newest first, Loki's default.</summary>
    Backward,

    /// <summary>Oldest first.</summary>
    Forward,
}

/// <summary>One line of the answer to a log query, as it left the pipeline.</summary>
/// <param name="TimeUnixNanoseconds">The record's time.</param>
/// <param name="Line">The text, after <c>line_format</c> and its kin.</param>
/// <param name="Labels">All labels: what Loki's API groups lines by. Holds <c>__error__</c> when a stage failed on the line.</param>
/// <param name="Stream">Those of <paramref name="Labels"/> that are the stream's own.</param>
/// <param name="StructuredMetadata">Those that came with the record.</param>
/// <param name="Parsed">Those that stages added.</param>
public sealed record LogEntry(
    long TimeUnixNanoseconds, string Line, LabelSet Labels, LabelSet Stream, IReadOnlyList<Label> StructuredMetadata, IReadOnlyList<Label> Parsed);
