using Observability.LogStore.Segments.Deleting;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// What the store held when a search began: segments, each in use until <see cref="Dispose"/>, and the rows of the head. Later flushes, merges and deletions
/// do not touch it.
/// </summary>
internal sealed class SearchScope(
    IReadOnlyList<Segment> segments, IReadOnlyList<(ulong Flush, HeadSnapshot Rows)> heads, IReadOnlyList<Tombstone> tombstones, BloomCache blooms,
    Action release) : IDisposable
{
    private bool _isDisposed;

    public IReadOnlyList<Segment> Segments { get; } = segments;

    /// <summary>With the number that their flush will have: it orders them behind the segments.</summary>
    public IReadOnlyList<(ulong Flush, HeadSnapshot Rows)> Heads { get; } = heads;

    public BloomCache Blooms => blooms;

    /// <summary>Deletions that are promised and whose rows this segment may still hold.</summary>
    public IReadOnlyList<SearchPlan> DeletionsFrom(Segment segment) =>
        tombstones.Count == 0 ? [] : [.. tombstones.Where(tombstone => tombstone.Concerns(segment)).Select(tombstone => tombstone.Plan)];

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        foreach (var segment in Segments)
        {
            segment.Release();
        }
        release();
    }
}
