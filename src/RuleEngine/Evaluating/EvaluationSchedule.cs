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

    private readonly List<Entry> _entries;
    private readonly Dictionary<string, List<Entry>> _byMetric = new(StringComparer.Ordinal);
    private readonly List<Entry> _byOther = [];

    public EvaluationSchedule(IReadOnlyList<CompiledGroup> groups, DateTimeOffset now)
    {
        _entries = [.. groups.Select(group => new Entry(group, FirstTime(group, now)))];
        foreach (var entry in _entries)
        {
            foreach (var name in MetricNames(entry.Group))
            {
                if (name is null)
                {
                    _byOther.Add(entry);
                }
                else
                {
                    if (!_byMetric.TryGetValue(name, out var entries))
                    {
                        _byMetric[name] = entries = [];
                    }
                    entries.Add(entry);
                }
            }
        }
    }

    public DateTimeOffset? NextAt => _entries.Count == 0 ? null : _entries.Min(entry => entry.NextAt);

    /// <summary>Groups whose rules look at one of these series are due at once, or as soon as their pause is over.</summary>
    public void MarkChanged(IReadOnlyList<LabelSet> series)
    {
        foreach (var labels in series)
        {
            if (_byMetric.TryGetValue(labels[LabelSet.MetricName], out var entries))
            {
                MarkMatching(entries, labels);
            }
            MarkMatching(_byOther, labels);
        }
    }

    /// <summary>Too much changed to say what: every group is due.</summary>
    public void MarkAllChanged() => _entries.ForEach(entry => entry.IsDirty = true);

    public IReadOnlyList<CompiledGroup> DueAt(DateTimeOffset now) => [.. _entries.Where(entry => entry.NextAt <= now).Select(entry => entry.Group)];

    /// <summary>Records that a group was evaluated and how long it took.</summary>
    public void MarkEvaluated(CompiledGroup group, DateTimeOffset at, TimeSpan duration)
    {
        var entry = _entries.Find(entry => ReferenceEquals(entry.Group, group))!;
        entry.IsDirty = false;
        entry.Regular = NextRegular(entry.Regular, group.Interval, at);
        entry.NotBefore = at + Clamp(duration * 4);
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

    private static void MarkMatching(List<Entry> entries, LabelSet labels)
    {
        foreach (var entry in entries)
        {
            entry.IsDirty = entry.IsDirty || entry.Group.Selectors.Any(selector => selector.All(matcher => matcher.Matches(labels)));
        }
    }

    private static IEnumerable<string?> MetricNames(CompiledGroup group) =>
        group.Selectors
            .Select(selector => selector.FirstOrDefault(matcher => matcher.Name == LabelSet.MetricName && matcher.Operator == MatchOperator.Equal)?.Value)
            .Distinct();

    private sealed class Entry(CompiledGroup group, DateTimeOffset regular)
    {
        public CompiledGroup Group { get; } = group;

        public DateTimeOffset Regular { get; set; } = regular;

        public DateTimeOffset NotBefore { get; set; }

        public bool IsDirty { get; set; }

        public DateTimeOffset NextAt => IsDirty && NotBefore < Regular ? NotBefore : Regular;
    }
}
