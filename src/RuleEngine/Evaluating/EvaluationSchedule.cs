using Observability.RuleEngine.Deciding;
using Observability.RuleEngine.Rules;
using Observability.Telemetry;

namespace Observability.RuleEngine.Evaluating;

/// <summary>
/// When each rule group is evaluated: on its interval, spread over it by the group's name as in Prometheus, and besides at once when a batch changed a
/// series that one of its selectors matches; after that not before four times the duration of its last evaluation has passed (5 to 200 ms), so that
/// changes never make rules take more than a fifth of a core. Not thread-safe.
/// </summary>
internal sealed class EvaluationSchedule
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    // By reference: two groups may say the same, and each has its own turn.
    private readonly Dictionary<CompiledGroup, Turn> _turns = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<CompiledGroup> _found = new(ReferenceEqualityComparer.Instance);
    private readonly DueQueue<Turn> _due = new();
    private readonly SelectorIndex _selectors;

    public EvaluationSchedule(IReadOnlyList<CompiledGroup> groups, DateTimeOffset now)
    {
        _selectors = new SelectorIndex(groups);
        foreach (var group in groups)
        {
            var turn = new Turn(group, FirstTime(group, now));
            _turns.Add(group, turn);
            _due.Set(turn, turn.NextAt);
        }
    }

    public DateTimeOffset? NextAt => _due.NextAt;

    /// <summary>Groups whose rules look at one of these series are due at once, or as soon as their pause is over.</summary>
    public void MarkChanged(IReadOnlyList<LabelSet> series)
    {
        _found.Clear();
        foreach (var labels in series)
        {
            _selectors.Collect(labels, _found);
        }
        foreach (var group in _found)
        {
            MarkDirty(_turns[group]);
        }
    }

    /// <summary>Too much changed to say what: every group is due.</summary>
    public void MarkAllChanged()
    {
        foreach (var turn in _turns.Values)
        {
            MarkDirty(turn);
        }
    }

    /// <summary>Takes the groups that are due, the longest waiting first. Each is owed a <see cref="MarkEvaluated"/>.</summary>
    public IReadOnlyList<CompiledGroup> TakeDue(DateTimeOffset now) => [.. _due.TakeDue(now).Select(turn => turn.Group)];

    /// <summary>Records that a group was evaluated and how long it took.</summary>
    public void MarkEvaluated(CompiledGroup group, DateTimeOffset at, TimeSpan duration)
    {
        var turn = _turns[group];
        turn.IsDirty = false;
        turn.Regular = NextRegular(turn.Regular, group.Interval, at);
        turn.NotBefore = at + Clamp(duration * 4);
        _due.Set(turn, turn.NextAt);
    }

    private void MarkDirty(Turn turn)
    {
        turn.IsDirty = true;
        _due.Set(turn, turn.NextAt);
    }

    private static TimeSpan Clamp(TimeSpan pause) => pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;

    // A missed turn is made up by one evaluation, not by one for each interval that passed.
    private static DateTimeOffset NextRegular(DateTimeOffset regular, TimeSpan interval, DateTimeOffset at)
    {
        if (regular > at)
        {
            return regular;
        }
        var passed = (at - regular).Ticks / interval.Ticks;
        return regular + TimeSpan.FromTicks(interval.Ticks * (passed + 1));
    }

    private static DateTimeOffset FirstTime(CompiledGroup group, DateTimeOffset now)
    {
        var offset = (long)(StableHash.Of(group.Key) % (ulong)group.Interval.Ticks);
        var sinceTurn = (now.UtcTicks - offset) % group.Interval.Ticks;
        return now + TimeSpan.FromTicks(group.Interval.Ticks - sinceTurn);
    }

    private sealed class Turn(CompiledGroup group, DateTimeOffset regular)
    {
        public CompiledGroup Group { get; } = group;

        public DateTimeOffset Regular { get; set; } = regular;

        public DateTimeOffset NotBefore { get; set; }

        public bool IsDirty { get; set; }

        public DateTimeOffset NextAt => IsDirty && NotBefore < Regular ? NotBefore : Regular;
    }
}
