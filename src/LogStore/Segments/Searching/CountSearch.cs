using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Counts rows by labels of their streams and by time. A block on disk gives where its minutes begin, from the segment's table, and its column of streams,
/// one byte a row; times are read only where a step or the range cuts through a minute, bodies and attributes never.
/// </summary>
internal sealed class CountSearch(LogCountQuery query, Action<SegmentBlock, SegmentDamagedException> onDamage)
{
    private readonly SearchPlan _plan = new(query.Range, query.Stream);
    private readonly List<LabelSet> _groups = [];
    private readonly Dictionary<LabelSet, int> _groupPositions = [];
    private readonly Dictionary<(int Group, long Start), long> _counts = [];
    private readonly RowHistogram _histogram = new();
    private readonly List<StepRows> _steps = [];

    /// <returns>False when the answer is too large.</returns>
    public bool TryCount(SearchScope scope, CancellationToken cancellationToken)
    {
        foreach (var segment in scope.Segments.Where(segment => _plan.Overlaps(segment.Header.MinTime, segment.Header.MaxTime)))
        {
            var accepted = _plan.AcceptedSlots(segment.Tables);
            var groups = GroupsOf(segment.Tables, accepted);
            var deletions = scope.DeletionsFrom(segment);
            foreach (var block in segment.Blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!block.IsDamaged && _plan.Overlaps(block.MinTime, block.MaxTime) && block.Slots.Any(slot => accepted[slot]))
                {
                    Count(block, accepted, groups, deletions, scope.Blooms);
                }
                if (_counts.Count > LogCountQuery.MaximalCounts)
                {
                    return false;
                }
            }
        }
        foreach (var (_, rows) in scope.Heads)
        {
            var accepted = _plan.AcceptedSlots(rows.Tables);
            CountRows(rows, RowFilter.Find(rows, _plan, accepted), GroupsOf(rows.Tables, accepted));
        }
        return _counts.Count <= LogCountQuery.MaximalCounts;
    }

    public LogCounts Result() =>
        LogCounts.Of(_counts.Select(entry => KeyValuePair.Create((_groups[entry.Key.Group], entry.Key.Start), entry.Value)));

    private void Count(SegmentBlock block, bool[] accepted, int[] groups, IReadOnlyList<SearchPlan> deletions, BloomCache blooms)
    {
        using var rows = new BlockColumns(block, blooms);
        try
        {
            if (deletions.Count > 0)
            {
                CountRows(rows, RowFilter.Find(rows, _plan, accepted, deletions), groups);
                return;
            }
            FindSteps(block, rows);
            var first = groups[block.Slots[0]];
            if (block.Slots.All(slot => groups[slot] == first))
            {
                foreach (var step in _steps)
                {
                    Add(first, step.Start, step.EndRow - step.FirstRow);
                }
                return;
            }
            CountStreams(block, rows.StreamNumbers, groups);
        }
        catch (SegmentDamagedException exception)
        {
            onDamage(block, exception);
        }
    }

    private void CountStreams(SegmentBlock block, ReadOnlySpan<byte> numbers, int[] groups)
    {
        var width = SegmentBlock.StreamNumberBytes(block.Slots.Count);
        foreach (var step in _steps)
        {
            var counts = _histogram.Count(numbers[(step.FirstRow * width)..(step.EndRow * width)], width, block.Slots.Count);
            for (var position = 0; position < counts.Length; position++)
            {
                if (counts[position] > 0)
                {
                    Add(groups[block.Slots[position]], step.Start, counts[position]);
                }
            }
        }
    }

    private void CountRows(RowColumns rows, int[] found, int[] groups)
    {
        foreach (var row in found)
        {
            Add(groups[rows.Slots[row]], MinuteIndex.FloorTo(rows.Times[row], query.StepNanoseconds), 1);
        }
    }

    /// <summary>Which rows of a block belong to which step.</summary>
    private void FindSteps(SegmentBlock block, BlockColumns rows)
    {
        _steps.Clear();
        var isWhole = query.Range.Contains(block.MinTime) && query.Range.Contains(block.MaxTime);
        if (isWhole && query.StepNanoseconds % MinuteIndex.Minute == 0)
        {
            for (var i = 0; i < block.Minutes.Minutes.Length; i++)
            {
                var end = i + 1 < block.Minutes.FirstRows.Length ? block.Minutes.FirstRows[i + 1] : block.RowCount;
                AddStep(block.Minutes.Minutes[i] * MinuteIndex.Minute, block.Minutes.FirstRows[i], end);
            }
            return;
        }
        var times = rows.Times;
        var row = FirstAtOrAfter(times, query.Range.StartNanoseconds);
        var last = FirstAtOrAfter(times, query.Range.EndNanoseconds);
        while (row < last)
        {
            var start = MinuteIndex.FloorTo(times[row], query.StepNanoseconds);
            var next = start > long.MaxValue - query.StepNanoseconds ? last : Math.Min(last, FirstAtOrAfter(times, start + query.StepNanoseconds));
            _steps.Add(new StepRows(start, row, next));
            row = next;
        }
    }

    private void AddStep(long minuteStart, int firstRow, int endRow)
    {
        var start = MinuteIndex.FloorTo(minuteStart, query.StepNanoseconds);
        if (_steps.Count > 0 && _steps[^1].Start == start)
        {
            _steps[^1] = _steps[^1] with { EndRow = endRow };
            return;
        }
        _steps.Add(new StepRows(start, firstRow, endRow));
    }

    private static int FirstAtOrAfter(ReadOnlySpan<long> times, long time)
    {
        var (low, high) = (0, times.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (times[middle] < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <summary>The group of each slot; -1 for those that are not wanted.</summary>
    private int[] GroupsOf(RowTables tables, bool[] accepted)
    {
        var groups = new int[accepted.Length];
        for (var slot = 0; slot < groups.Length; slot++)
        {
            groups[slot] = accepted[slot] ? GroupOf(tables.StreamOf(slot)) : -1;
        }
        return groups;
    }

    private int GroupOf(LabelSet stream)
    {
        var group = query.GroupOf(stream);
        if (!_groupPositions.TryGetValue(group, out var position))
        {
            _groupPositions.Add(group, position = _groups.Count);
            _groups.Add(group);
        }
        return position;
    }

    private void Add(int group, long start, long count)
    {
        if (group >= 0)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, (group, start), out _) += count;
        }
    }

    private readonly record struct StepRows(long Start, int FirstRow, int EndRow);
}
