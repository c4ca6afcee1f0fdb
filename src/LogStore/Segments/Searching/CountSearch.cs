using System.Runtime.InteropServices;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Counts rows by labels of their streams, by attributes that stand for labels which a stream does not have, and by time: two threads take block after block,
/// each counts for itself.
/// </summary>
internal sealed class CountSearch(LogCountQuery query, Action<SegmentBlock, SegmentDamagedException> onDamage)
{
    /// <summary>Fewer blocks than this are counted before a second thread has begun.</summary>
    private const int BlocksForTwoThreads = 8;

    private readonly SearchPlan _plan = new(query.Search);
    private readonly SearchPlan _selected = new(query.Range, query.Stream);
    private readonly List<LabelSet> _groups = [];
    private readonly Dictionary<LabelSet, int> _groupPositions = [];
    private readonly Dictionary<LabelSet, int> _groupsOfStreams = [];
    private readonly List<BlockCounter.Block> _blocks = [];
    private readonly List<string> _attributes = [];
    private string? _missing;

    public LogCounts Count(SearchScope scope, CancellationToken cancellationToken)
    {
        foreach (var segment in scope.Segments.Where(segment => _plan.Overlaps(segment.Header.MinTime, segment.Header.MaxTime)))
        {
            AddBlocks(segment, scope.DeletionsFrom(segment));
        }
        if (_missing is not null || scope.Heads.Any(head => FindMissing(head.Rows.Tables)))
        {
            return LogCounts.NeedsAttributes(_missing!);
        }
        var threads = _blocks.Count < BlocksForTwoThreads ? 1 : Math.Min(2, Environment.ProcessorCount);
        var counters = Enumerable.Range(0, threads).Select(_ => new BlockCounter(query, _plan, _attributes, scope.Blooms, onDamage)).ToArray();
        var next = -1;
        Parallel.ForEach(counters, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = threads }, counter =>
        {
            for (var index = Interlocked.Increment(ref next); index < _blocks.Count && !counter.IsTooLarge; index = Interlocked.Increment(ref next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                counter.Count(_blocks[index]);
            }
        });
        foreach (var (_, rows) in scope.Heads)
        {
            var accepted = _plan.AcceptedSlots(rows.Tables);
            counters[0].CountRows(rows, RowFilter.Find(rows, _plan, accepted), GroupsOf(rows.Tables, accepted));
        }
        return counters.Any(static counter => counter.IsTooLarge) ? LogCounts.TooMany : _attributes.Count > 0 ? SumByLabels(counters) : Sum(counters);
    }

    private LogCounts Sum(BlockCounter[] counters)
    {
        var total = counters[0].Counts;
        foreach (var (key, count) in counters.Skip(1).SelectMany(counter => counter.Counts))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(total, key, out _) += count;
        }
        return LogCounts.Of(total.Select(entry => KeyValuePair.Create((_groups[entry.Key.Group], entry.Key.Start), entry.Value)));
    }

    /// <summary>Each counter has numbered the texts that it met for itself.</summary>
    private LogCounts SumByLabels(BlockCounter[] counters)
    {
        var total = new Dictionary<(LabelSet, long), long>();
        foreach (var counter in counters)
        {
            foreach (var ((group, start), count) in counter.Counts)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(total, (counter.LabelsOf(group, _groups), start), out _) += count;
            }
        }
        return total.Count > LogCountQuery.MaximalCounts ? LogCounts.TooMany : LogCounts.Of(total);
    }

    private void AddBlocks(Segment segment, IReadOnlyList<SearchPlan> deletions)
    {
        var accepted = _plan.AcceptedSlots(segment.Tables);
        if (FindMissing(segment.Tables))
        {
            return;
        }
        var groups = GroupsOf(segment.Tables, accepted);
        foreach (var block in segment.Blocks)
        {
            if (!block.IsDamaged && _plan.Overlaps(block.MinTime, block.MaxTime) && block.Slots.Any(slot => accepted[slot]))
            {
                _blocks.Add(new BlockCounter.Block(block, accepted, groups, deletions));
            }
        }
    }

    /// <summary>The group of each slot; -1 for those that are not wanted.</summary>
    private int[] GroupsOf(RowTables tables, bool[] accepted)
    {
        var groups = new int[accepted.Length];
        if (query.By.Contains(LabelNames.Level, StringComparer.Ordinal))
        {
            for (var slot = 0; slot < groups.Length; slot++)
            {
                groups[slot] = accepted[slot] ? GroupOf(tables.StreamOf(slot)) : -1;
            }
            return groups;
        }
        // All levels of a resource count together: one question for seven slots. In a small count these questions are the dearest part.
        for (var first = 0; first < groups.Length; first += Levels.Count)
        {
            var isAccepted = accepted.AsSpan(first, Levels.Count);
            var group = isAccepted.Contains(true) ? GroupOf(query.By.Count == 0 ? LabelSet.Empty : tables.ResourceOf(first).Stream) : -1;
            for (var level = 0; level < Levels.Count; level++)
            {
                groups[first + level] = isAccepted[level] ? group : -1;
            }
        }
        return groups;
    }

    private int GroupOf(LabelSet stream)
    {
        if (_groupsOfStreams.TryGetValue(stream, out var position))
        {
            return position;
        }
        var group = query.GroupOf(stream);
        if (!_groupPositions.TryGetValue(group, out position))
        {
            _groupPositions.Add(group, position = _groups.Count);
            _groups.Add(group);
        }
        _groupsOfStreams.Add(stream, position);
        return position;
    }

    /// <summary>
    /// Whether an attribute stands for a label that a stream does not have, and is more than something to tell rows apart by: a condition, or several attributes
    /// of which the last counts. Those that only tell apart are noted.
    /// </summary>
    private bool FindMissing(RowTables tables)
    {
        foreach (var name in query.NamesOfLabelsOnly)
        {
            if (!tables.MayHaveAttribute(name) || !_selected.AcceptedSlots(tables).Index().Any(slot => slot.Item && tables.StreamOf(slot.Index)[name].Length == 0))
            {
                continue;
            }
            if (tables.AttributeOf(name) is null || query.Conditions.Any(condition => condition.Name == name))
            {
                _missing = name;
                return true;
            }
            if (!_attributes.Contains(name))
            {
                _attributes.Add(name);
            }
        }
        return false;
    }
}
