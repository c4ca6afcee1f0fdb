using Observability.Telemetry;

namespace Observability.LogStore;

/// <summary>A log store that can delete records on demand. Held to the contract suite like <see cref="ILogStore"/>.</summary>
public interface ILogDeletion
{
    /// <summary>
    /// Deletes every record that satisfies the filter and was appended before. No search that begins after this returns finds one, also after a restart.
    /// </summary>
    /// <returns>How many records were deleted.</returns>
    /// <exception cref="IOException">The store is away or its disk failed. Repeat it: what was deleted stays so.</exception>
    Task<long> DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken);
}

/// <summary>What to delete.</summary>
/// <param name="Range">Event time.</param>
/// <param name="Stream">On stream labels; all must match.</param>
/// <param name="Lines">Substring conditions on the body; all must hold.</param>
/// <param name="Actor">Who wants it; written to the log.</param>
public sealed record LogDeletion(LogRange Range, IReadOnlyList<LabelMatcher> Stream, IReadOnlyList<LineFilter> Lines, string Actor)
{
    internal LogSearch Search => new(Range, Stream, Lines, NewestFirst: false);
}
