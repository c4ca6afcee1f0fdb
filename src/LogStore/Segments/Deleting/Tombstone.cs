using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Searching;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Deleting;

/// <summary>A deletion that is promised: searches leave its rows out until they are out of the files too.</summary>
/// <param name="LastFlush">Rows of later flushes came after it.</param>
/// <param name="Search">Which rows.</param>
internal sealed record Tombstone(ulong LastFlush, LogSearch Search)
{
    public SearchPlan Plan { get; } = new(Search);

    /// <summary>A segment with rows of earlier and later flushes cannot be: merging waits for deletions.</summary>
    public bool Concerns(Segment segment) => segment.Header.FirstFlush <= LastFlush && Plan.Overlaps(segment.Header.MinTime, segment.Header.MaxTime);
}
