using Observability.Telemetry;

namespace Observability.LogStore;

/// <summary>A log store that counts without reading what it counts. Held to the contract suite like <see cref="ILogStore"/>.</summary>
public interface ILogCounting
{
    /// <summary>
    /// Counts records by labels of their streams and by time. Steps begin at multiples of the step since 1970; those without records are left out.
    /// Rows that are not flushed yet count too.
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
    internal const long Millisecond = 1_000_000;

    /// <summary>Groups times steps of an answer. Bigger needs more memory (about 100 bytes each) than a picture of counts is worth.</summary>
    public const int MaximalCounts = 500_000;

    /// <exception cref="ArgumentOutOfRangeException">The step is none.</exception>
    internal void ThrowIfStepIsNone()
    {
        if (StepNanoseconds < Millisecond || StepNanoseconds % Millisecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(StepNanoseconds), StepNanoseconds, "a step is whole milliseconds, one at least");
        }
    }

    /// <summary>The labels of <see cref="By"/> that a stream has.</summary>
    internal LabelSet GroupOf(LabelSet stream) =>
        LabelSet.Of(By.Distinct(StringComparer.Ordinal).Where(name => stream[name].Length > 0).Select(name => new Label(name, stream[name])));
}

/// <summary>The answer to a count.</summary>
/// <param name="Counts">Ordered by group as text, then by time. Empty when the count was refused.</param>
/// <param name="Refusal">Why there is no answer: too many groups or steps. Empty when there is one.</param>
public sealed record LogCounts(IReadOnlyList<LogCount> Counts, string Refusal = "")
{
    internal static LogCounts TooMany { get; } = new(
        [], $"the answer has more than {LogCountQuery.MaximalCounts} counts (groups times steps); ask for a shorter range, a longer step or fewer labels");

    internal static LogCounts Of(IEnumerable<KeyValuePair<(LabelSet Group, long Start), long>> counts) => new(
        [.. counts.Select(entry => new LogCount(entry.Key.Group, entry.Key.Start, entry.Value))
            .OrderBy(count => count.Group.ToString(), StringComparer.Ordinal).ThenBy(count => count.StartNanoseconds)]);
}

/// <summary>Records of one group in one step.</summary>
/// <param name="Group">The labels of <see cref="LogCountQuery.By"/> that the streams have.</param>
/// <param name="StartNanoseconds">Where the step begins, Unix nanoseconds; it may lie before the range.</param>
/// <param name="Count">Greater than zero.</param>
public readonly record struct LogCount(LabelSet Group, long StartNanoseconds, long Count);
