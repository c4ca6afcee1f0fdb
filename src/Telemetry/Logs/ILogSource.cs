namespace Observability.Telemetry;

/// <summary>Where LogQL and the Portal read log records. Implemented by every log store; a test implements it over a list.</summary>
public interface ILogSource
{
    /// <summary>
    /// Records that satisfy the search, in its order, as a stream: a caller that stops enumerating stops the work.
    /// Rows accepted but not yet flushed by the store are found too.
    /// </summary>
    IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, CancellationToken cancellationToken);

    /// <summary>Names of stream labels that occur in the range, sorted.</summary>
    Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken);

    /// <summary>Values of one stream label in the range, among streams that satisfy <paramref name="matchers"/>, sorted.</summary>
    Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken);

    /// <summary>Distinct streams in the range that satisfy every matcher.</summary>
    Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken);
}

/// <summary>A time range in Unix nanoseconds: start inclusive, end exclusive, as Loki's API has it.</summary>
public readonly record struct LogRange(long StartNanoseconds, long EndNanoseconds)
{
    public bool Contains(long timeNanoseconds) => timeNanoseconds >= StartNanoseconds && timeNanoseconds < EndNanoseconds;
}

/// <summary>What to look for. A store may use <see cref="Lines"/> to skip data; it must apply all of it exactly.</summary>
/// <param name="Range">Event time.</param>
/// <param name="Stream">On stream labels; all must match. Empty matches every stream.</param>
/// <param name="Lines">Substring conditions on the body; all must hold.</param>
/// <param name="NewestFirst">False is oldest first.</param>
/// <param name="Limit">Most records to return; <see cref="int.MaxValue"/> for all.</param>
public sealed record LogSearch(
    LogRange Range,
    IReadOnlyList<LabelMatcher> Stream,
    IReadOnlyList<LineFilter> Lines,
    bool NewestFirst = true,
    int Limit = int.MaxValue)
{
    /// <summary>Only records of this trace: 32 lower-case hexadecimal digits; empty for all.</summary>
    public string TraceId { get; init; } = "";
}

/// <summary>A case-sensitive substring that the body must hold (or must not, when <paramref name="Negated"/>).</summary>
public readonly record struct LineFilter(string Text, bool Negated = false)
{
    public bool Accepts(string body) => body.Contains(Text, StringComparison.Ordinal) != Negated;
}
