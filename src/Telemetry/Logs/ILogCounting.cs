namespace Observability.Telemetry;

/// <summary>
/// A source of logs that counts without giving out what it counts. A log store implements it beside <see cref="ILogSource"/> and is held to the same contract
/// suite; LogQL asks it where a query only counts lines.
/// </summary>
public interface ILogCounting
{
    /// <summary>
    /// Counts records by labels of their streams and by time. Steps without records are left out. Rows that are not flushed yet count too.
    /// </summary>
    /// <exception cref="IOException">The store is away or its disk failed.</exception>
    Task<LogCounts> CountAsync(LogCountQuery query, CancellationToken cancellationToken);
}

/// <summary>What to count.</summary>
/// <param name="Range">Event time. The first and the last step count only what lies in it.</param>
/// <param name="Stream">On stream labels; all must match.</param>
/// <param name="By">Names of the labels that records are told apart by; a stream without such a label has it empty, that is, not.</param>
/// <param name="StepNanoseconds">Whole milliseconds, one at least. Steps of whole minutes are the cheapest.</param>
public sealed record LogCountQuery(LogRange Range, IReadOnlyList<LabelMatcher> Stream, IReadOnlyList<string> By, long StepNanoseconds)
{
    /// <summary>Groups times steps of an answer. Bigger needs more memory (about 100 bytes each) than a picture of counts is worth.</summary>
    public const int MaximalCounts = 500_000;

    /// <summary>The unit of steps.</summary>
    public const long Millisecond = 1_000_000;

    /// <exception cref="ArgumentOutOfRangeException">The step is none.</exception>
    public long StepNanoseconds { get; } = StepNanoseconds >= Millisecond && StepNanoseconds % Millisecond == 0
        ? StepNanoseconds
        : throw new ArgumentOutOfRangeException(nameof(StepNanoseconds), StepNanoseconds, "a step is whole milliseconds, one at least");

    /// <summary>Substring conditions on the body; all must hold. With any, bodies are read.</summary>
    public IReadOnlyList<LineFilter> Lines { get; init; } = [];

    /// <summary>On stream labels too, and all must match; where one names a label that a stream does not have, <see cref="NamesOfLabelsOnly"/> may refuse.</summary>
    public IReadOnlyList<LabelMatcher> Conditions { get; init; } = [];

    /// <summary>Some time at which a step begins, Unix nanoseconds. LogQL's windows are closed on the right: their steps begin a nanosecond after a full minute.</summary>
    public long OriginNanoseconds { get; init; }

    /// <summary>
    /// Names that LogQL would also look for among a record's attributes where its stream, being one of <see cref="Stream"/>, has no such label. An attribute counts by the name that
    /// <see cref="LabelNames.FromAttribute"/> makes of it. A store tells records apart by the attribute, or refuses where it cannot rule out that one matters.
    /// </summary>
    public IReadOnlyList<string> NamesOfLabelsOnly { get; init; } = [];

    /// <summary>The same records as a search, oldest first.</summary>
    public LogSearch Search => new(Range, [.. Stream, .. Conditions], Lines, NewestFirst: false);

    /// <summary>How far behind a multiple of a unit, counted from 1970, steps begin.</summary>
    public long PhaseIn(long unitNanoseconds) => OriginNanoseconds - FloorTo(OriginNanoseconds, unitNanoseconds);

    /// <summary>Where the step of a time begins, also before 1970.</summary>
    public long StepOf(long nanoseconds)
    {
        var rest = ((nanoseconds % StepNanoseconds) - (OriginNanoseconds % StepNanoseconds)) % StepNanoseconds;
        return nanoseconds - (rest < 0 ? rest + StepNanoseconds : rest);
    }

    /// <summary>The labels of <see cref="By"/> that a stream has.</summary>
    public LabelSet GroupOf(LabelSet stream) =>
        LabelSet.Of(By.Distinct(StringComparer.Ordinal).Where(name => stream[name].Length > 0).Select(name => new Label(name, stream[name])));

    private static long FloorTo(long nanoseconds, long unit)
    {
        var rest = nanoseconds % unit;
        return nanoseconds - (rest < 0 ? rest + unit : rest);
    }
}

/// <summary>The answer to a count.</summary>
/// <param name="Counts">Ordered by group as text, then by time. Empty when the count was refused.</param>
/// <param name="Refusal">Why there is no answer. The records can still be read and counted by who asks. Empty when there is one.</param>
public sealed record LogCounts(IReadOnlyList<LogCount> Counts, string Refusal = "")
{
    /// <summary>The answer to a query with too many groups or steps.</summary>
    public static LogCounts TooMany { get; } = new(
        [], $"the answer has more than {LogCountQuery.MaximalCounts} counts (groups times steps); ask for a shorter range, a longer step or fewer labels");

    /// <summary>In the order of an answer.</summary>
    public static LogCounts Of(IEnumerable<KeyValuePair<(LabelSet Group, long Start), long>> counts) => new(
        [.. counts.GroupBy(entry => entry.Key.Group)
            .OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .SelectMany(group => group.OrderBy(entry => entry.Key.Start).Select(entry => new LogCount(entry.Key.Group, entry.Key.Start, entry.Value)))]);

    /// <summary>The answer where attributes would have to be read.</summary>
    public static LogCounts NeedsAttributes(string name) => new([], $"some streams have no label {name}, and records may have an attribute of that name");
}

/// <summary>Records of one group in one step.</summary>
/// <param name="Group">The labels of <see cref="LogCountQuery.By"/> that the streams, or in place of one the records, have.</param>
/// <param name="StartNanoseconds">Where the step begins, Unix nanoseconds; it may lie before the range.</param>
/// <param name="Count">Greater than zero.</param>
public readonly record struct LogCount(LabelSet Group, long StartNanoseconds, long Count);
