using System.Runtime.InteropServices;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Counts the rows of blocks. A block gives where its minutes begin, from the segment's table, and its column of streams, one byte a row; times are read only
/// where a step or the range cuts through a minute, bodies only for a line filter, an attribute only where it stands for a label. Not thread-safe.
/// </summary>
/// <param name="query">What to count.</param>
/// <param name="plan">Which rows.</param>
/// <param name="attributes">Labels that are looked for among attributes where a stream does not have them.</param>
/// <param name="blooms">Filters of blocks.</param>
/// <param name="onDamage">Told of a block that cannot be read; its rows are not counted.</param>
internal sealed class BlockCounter(LogCountQuery query, SearchPlan plan, IReadOnlyList<string> attributes, BloomCache blooms, Action<SegmentBlock, SegmentDamagedException> onDamage)
{
    private readonly AttributeGroups? _attributeGroups = attributes.Count > 0 ? new AttributeGroups(attributes) : null;
    private readonly RowHistogram _histogram = new();
    private readonly List<StepRows> _steps = [];

    public Dictionary<(int Group, long Start), long> Counts { get; } = [];

    public bool IsTooLarge => Counts.Count > LogCountQuery.MaximalCounts;

    /// <param name="Place">The block.</param>
    /// <param name="AcceptedSlots">Of its segment.</param>
    /// <param name="Groups">The group of each slot of its segment, -1 for those that are not wanted.</param>
    /// <param name="Deletions">Whose rows do not count.</param>
    public sealed record Block(SegmentBlock Place, bool[] AcceptedSlots, int[] Groups, IReadOnlyList<SearchPlan> Deletions);

    public void Count(Block block)
    {
        using var rows = new BlockColumns(block.Place, blooms);
        try
        {
            if (block.Deletions.Count > 0 || plan.Terms.Count > 0 || _attributeGroups is not null)
            {
                CountRows(rows, RowFilter.Find(rows, plan, block.AcceptedSlots, block.Deletions), block.Groups);
                return;
            }
            FindSteps(block.Place, rows);
            var first = block.Groups[block.Place.Slots[0]];
            if (block.Place.Slots.All(slot => block.Groups[slot] == first))
            {
                foreach (var step in _steps)
                {
                    Add(first, step.Start, step.EndRow - step.FirstRow);
                }
                return;
            }
            CountStreams(block.Place, rows.StreamNumbers, block.Groups);
        }
        catch (SegmentDamagedException exception)
        {
            onDamage(block.Place, exception);
        }
    }

    public void CountRows(RowColumns rows, int[] found, int[] groups)
    {
        var byAttributes = _attributeGroups is { } attributeGroups ? attributeGroups.GroupsOf(rows, found, groups) : default;
        // Times are a column of their own, and the step of a whole block often says them all.
        var (oldest, newest) = rows.TimeBounds;
        var only = query.StepOf(newest);
        var times = oldest > long.MinValue && query.StepOf(oldest) == only ? default : rows.Times;
        for (var index = 0; index < found.Length; index++)
        {
            var row = found[index];
            Add(byAttributes.IsEmpty ? groups[rows.Slots[row]] : byAttributes[index], times.IsEmpty ? only : query.StepOf(times[row]), 1);
        }
    }

    /// <summary>The labels of a group of <see cref="Counts"/>.</summary>
    /// <param name="group">Its number.</param>
    /// <param name="groups">Of streams, by the numbers that blocks brought.</param>
    public LabelSet LabelsOf(int group, IReadOnlyList<LabelSet> groups) => _attributeGroups is { } attributeGroups ? attributeGroups.LabelsOf(group, groups) : groups[group];

    private void CountStreams(SegmentBlock block, ReadOnlySpan<byte> numbers, int[] groups)
    {
        var width = SegmentBlock.StreamNumberBytes(block.Slots.Count);
        foreach (var step in _steps)
        {
            if (step.EndRow - step.FirstRow < block.Slots.Count)
            {
                // A histogram of more places than rows: adding one by one is less.
                for (var row = step.FirstRow; row < step.EndRow; row++)
                {
                    var number = width == 1 ? numbers[row] : numbers[2 * row] | (numbers[(2 * row) + 1] << 8);
                    Add(groups[block.Slots[number]], step.Start, 1);
                }
                continue;
            }
            var counts = _histogram.Count(numbers[(step.FirstRow * width)..(step.EndRow * width)], width, block.Slots.Count);
            // Levels of one resource stand side by side and mostly count together: added up before the table of counts is asked.
            var (group, sum) = (-1, 0L);
            for (var position = 0; position < counts.Length; position++)
            {
                if (groups[block.Slots[position]] != group)
                {
                    Add(group, step.Start, sum);
                    (group, sum) = (groups[block.Slots[position]], 0);
                }
                sum += counts[position];
            }
            Add(group, step.Start, sum);
        }
    }

    /// <summary>Which rows of a block belong to which step.</summary>
    private void FindSteps(SegmentBlock block, BlockColumns rows)
    {
        _steps.Clear();
        var isWhole = query.Range.Contains(block.MinTime) && query.Range.Contains(block.MaxTime);
        if (isWhole && query.StepNanoseconds % MinuteIndex.Minute == 0 && query.PhaseIn(MinuteIndex.Minute) is 0 or 1)
        {
            FindMinutes(block);
            return;
        }
        var times = rows.Times;
        var last = FirstAtOrAfter(times, query.Range.EndNanoseconds);
        for (var row = FirstAtOrAfter(times, query.Range.StartNanoseconds); row < last;)
        {
            var start = query.StepOf(times[row]);
            var next = start > long.MaxValue - query.StepNanoseconds ? last : Math.Min(last, FirstAtOrAfter(times, start + query.StepNanoseconds));
            AddStep(start, row, next);
            row = next;
        }
    }

    /// <summary>Steps of whole minutes that begin with a minute, or a nanosecond behind one.</summary>
    private void FindMinutes(SegmentBlock block)
    {
        var index = block.Minutes;
        var beginsBehind = query.PhaseIn(MinuteIndex.Minute) == 1;
        for (var i = 0; i < index.Minutes.Length; i++)
        {
            var (minute, first) = (index.Minutes[i] * MinuteIndex.Minute, index.FirstRows[i]);
            var end = i + 1 < index.FirstRows.Length ? index.FirstRows[i + 1] : block.RowCount;
            if (beginsBehind && index.RowsAtBeginning[i] > 0)
            {
                AddStep(query.StepOf(minute), first, first += index.RowsAtBeginning[i]);
            }
            if (end > first)
            {
                AddStep(query.StepOf(beginsBehind ? minute + 1 : minute), first, end);
            }
        }
    }

    private void AddStep(long start, int firstRow, int endRow)
    {
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

    private void Add(int group, long start, long count)
    {
        if (group >= 0 && count > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(Counts, (group, start), out _) += count;
        }
    }

    private readonly record struct StepRows(long Start, int FirstRow, int EndRow);
}
