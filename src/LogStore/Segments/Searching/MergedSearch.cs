using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>
/// Walks the hits of all blocks in the order of time. A block is opened only when its first possible time is next, so a limited search reads a few blocks
/// and a long one holds those that overlap. Rows of one time come in the order of receipt.
/// </summary>
internal sealed class MergedSearch : IAsyncDisposable
{
    /// <summary>
    /// A search that has opened so many blocks is a long one: from then on the next block is read on another thread meanwhile. A page of newest lines ends
    /// before, and reads nothing for nothing. One block ahead: two threads work, and memory grows by one block.
    /// </summary>
    private const int OpenedBeforeReadingAhead = 3;

    private readonly SearchPlan _plan;
    private readonly SearchScope _scope;
    private readonly Action<SegmentBlock, SegmentDamagedException> _onDamage;
    private readonly Queue<Candidate> _unopened;
    private readonly PriorityQueue<OpenBlock, HitKey> _open;
    private Task<OpenBlock?>? _ahead;
    private int _openedCount;

    public MergedSearch(SearchPlan plan, SearchScope scope, Action<SegmentBlock, SegmentDamagedException> onDamage)
    {
        _plan = plan;
        _scope = scope;
        _onDamage = onDamage;
        _open = new PriorityQueue<OpenBlock, HitKey>(Comparer<HitKey>.Create(plan.NewestFirst ? (left, right) => right.CompareTo(left) : (left, right) => left.CompareTo(right)));
        var candidates = Candidates();
        candidates.Sort(plan.NewestFirst ? (left, right) => right.MaxTime.CompareTo(left.MaxTime) : (left, right) => left.MinTime.CompareTo(right.MinTime));
        _unopened = new Queue<Candidate>(candidates);
    }

    /// <summary>The next record, or null behind the last.</summary>
    public async ValueTask<LogRecord?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_unopened.TryPeek(out var candidate) && (!_open.TryPeek(out _, out var first) || MayComeBefore(candidate, first.Time)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await OpenNextAsync() is { } opened)
                {
                    _open.Enqueue(opened, opened.Key);
                }
            }
            if (!_open.TryDequeue(out var block, out _))
            {
                return null;
            }
            LogRecord? record = null;
            try
            {
                record = block.Rows.RecordAt(block.CurrentRow);
            }
            catch (SegmentDamagedException exception)
            {
                // Columns that only hits need are read late; the block's remaining hits go with it.
                _onDamage(block.Candidate.Block!, exception);
                block.Rows.Dispose();
                continue;
            }
            if (block.MoveNext())
            {
                _open.Enqueue(block, block.Key);
            }
            else
            {
                block.Rows.Dispose();
            }
            return record;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ahead is not null)
        {
            (await _ahead)?.Rows.Dispose();
            _ahead = null;
        }
        while (_open.TryDequeue(out var block, out _))
        {
            block.Rows.Dispose();
        }
        _scope.Dispose();
    }

    private List<Candidate> Candidates()
    {
        var candidates = new List<Candidate>();
        foreach (var (flush, rows) in _scope.Heads)
        {
            // A head has no sorted blocks: it may hold any time.
            candidates.Add(new Candidate(long.MinValue, long.MaxValue, flush, 0, rows, null, _plan.AcceptedSlots(rows.Tables), []));
        }
        foreach (var segment in _scope.Segments)
        {
            if (!_plan.Overlaps(segment.Header.MinTime, segment.Header.MaxTime))
            {
                continue;
            }
            var accepted = _plan.AcceptedSlots(segment.Tables);
            var deletions = _scope.DeletionsFrom(segment);
            for (var i = 0; i < segment.Blocks.Count; i++)
            {
                var block = segment.Blocks[i];
                if (_plan.Overlaps(block.MinTime, block.MaxTime) && !block.IsDamaged && block.Slots.Any(slot => accepted[slot]))
                {
                    candidates.Add(new Candidate(block.MinTime, block.MaxTime, segment.Header.FirstFlush, i, null, block, accepted, deletions));
                }
            }
        }
        return candidates;
    }

    private bool MayComeBefore(Candidate candidate, long time) => _plan.NewestFirst ? candidate.MaxTime >= time : candidate.MinTime <= time;

    /// <summary>Opens the next candidate, or takes it from the thread that has it already; then lets that thread begin with the one behind it.</summary>
    private async ValueTask<OpenBlock?> OpenNextAsync()
    {
        var candidate = _unopened.Dequeue();
        var ahead = _ahead;
        _ahead = null;
        if (++_openedCount > OpenedBeforeReadingAhead && _unopened.TryPeek(out var following))
        {
            _ahead = Task.Run(() => Open(following), CancellationToken.None);
        }
        return ahead is null ? Open(candidate) : await ahead;
    }

    /// <returns>Null when the block has no hit.</returns>
    private OpenBlock? Open(Candidate candidate)
    {
        var rows = (RowColumns?)candidate.Head ?? new BlockColumns(candidate.Block!, _scope.Blooms);
        try
        {
            var found = RowFilter.Find(rows, _plan, candidate.AcceptedSlots, candidate.Deletions);
            if (found.Length > 0)
            {
                return new OpenBlock(candidate, rows, found, _plan.NewestFirst);
            }
        }
        catch (SegmentDamagedException exception)
        {
            _onDamage(candidate.Block!, exception);
        }
        rows.Dispose();
        return null;
    }

    private sealed record Candidate(
        long MinTime, long MaxTime, ulong Flush, int Position, HeadSnapshot? Head, SegmentBlock? Block, bool[] AcceptedSlots, IReadOnlyList<SearchPlan> Deletions);

    /// <summary>Orders hits by time, and those of one time by receipt.</summary>
    private readonly record struct HitKey(long Time, ulong Flush, int Block, int Row) : IComparable<HitKey>
    {
        public int CompareTo(HitKey other) => (Time, Flush, Block, Row).CompareTo((other.Time, other.Flush, other.Block, other.Row));
    }

    private sealed class OpenBlock(Candidate candidate, RowColumns rows, int[] found, bool newestFirst)
    {
        private readonly long[] _times = Array.ConvertAll(found, row => rows.Times[row]);
        private int _position = newestFirst ? found.Length - 1 : 0;

        public Candidate Candidate => candidate;

        public RowColumns Rows => rows;

        public int CurrentRow => found[_position];

        public HitKey Key => new(_times[_position], candidate.Flush, candidate.Position, CurrentRow);

        public bool MoveNext()
        {
            _position += newestFirst ? -1 : 1;
            return _position >= 0 && _position < found.Length;
        }
    }
}
