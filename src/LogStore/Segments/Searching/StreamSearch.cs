using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>Which streams have a record in a range. Blocks that lie inside it answer from their table, only those at its edges are read.</summary>
internal sealed class StreamSearch(SearchPlan plan, Action<SegmentBlock, SegmentDamagedException> onDamage)
{
    private readonly HashSet<LabelSet> _streams = [];

    public IReadOnlyCollection<LabelSet> Find(SearchScope scope, CancellationToken cancellationToken)
    {
        foreach (var segment in scope.Segments.Where(segment => plan.Overlaps(segment.Header.MinTime, segment.Header.MaxTime)))
        {
            var accepted = plan.AcceptedSlots(segment.Tables);
            var deletions = scope.DeletionsFrom(segment);
            foreach (var block in segment.Blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                AddBlock(block, accepted, deletions, scope.Blooms);
            }
        }
        foreach (var (_, rows) in scope.Heads)
        {
            AddRows(rows, plan.AcceptedSlots(rows.Tables), []);
        }
        return _streams;
    }

    private void AddBlock(SegmentBlock block, bool[] accepted, IReadOnlyList<SearchPlan> deletions, BloomCache blooms)
    {
        if (block.IsDamaged || !plan.Overlaps(block.MinTime, block.MaxTime) || block.Slots.All(slot => !accepted[slot]))
        {
            return;
        }
        if (deletions.Count == 0 && plan.Range.Contains(block.MinTime) && plan.Range.Contains(block.MaxTime))
        {
            _streams.UnionWith(block.Slots.Where(slot => accepted[slot]).Select(block.Segment.Tables.StreamOf));
            return;
        }
        using var rows = new BlockColumns(block, blooms);
        try
        {
            AddRows(rows, accepted, deletions);
        }
        catch (SegmentDamagedException exception)
        {
            onDamage(block, exception);
        }
    }

    private void AddRows(RowColumns rows, bool[] accepted, IReadOnlyList<SearchPlan> deletions)
    {
        var seen = new bool[accepted.Length];
        foreach (var row in RowFilter.Find(rows, plan, accepted, deletions))
        {
            var slot = rows.Slots[row];
            if (!seen[slot])
            {
                seen[slot] = true;
                _streams.Add(rows.Tables.StreamOf(slot));
            }
        }
    }
}
