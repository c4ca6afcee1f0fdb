using Observability.Telemetry;

namespace Observability.MetricStore.Blocks;

/// <summary>Samples that somebody wanted gone: those of the series that satisfy every matcher, in [from, until], as far as they were there when it was asked.</summary>
/// <param name="Sequence">The record of the journal that asked for it; 0 when that was an earlier journal.</param>
/// <param name="Matchers">All must match; never empty.</param>
/// <param name="FromMilliseconds">Inclusive.</param>
/// <param name="UntilMilliseconds">Inclusive.</param>
public sealed record SeriesDeletion(ulong Sequence, IReadOnlyList<LabelMatcher> Matchers, long FromMilliseconds, long UntilMilliseconds)
{
    public bool Concerns(LabelSet labels)
    {
        foreach (var matcher in Matchers)
        {
            if (!matcher.Matches(labels))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The block may hold samples that this deletes and its content does not yet say so.</summary>
    internal bool IsOpenFor(BlockHeader block, ulong journalIncarnation) =>
        (Sequence > block.DeletedThrough || block.DeletedIncarnation != journalIncarnation) && FromMilliseconds <= block.LastMilliseconds && UntilMilliseconds >= block.FirstMilliseconds;
}
