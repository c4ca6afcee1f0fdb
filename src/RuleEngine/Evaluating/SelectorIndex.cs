using Observability.RuleEngine.Rules;
using Observability.Telemetry;

namespace Observability.RuleEngine.Evaluating;

/// <summary>
/// Finds the rule groups that look at a series without asking each: a selector waits under one of its equality matchers, the metric's name together with
/// another label where there is one, so a series meets only selectors that agree with it there. Built once, then only read.
/// </summary>
internal sealed class SelectorIndex
{
    private readonly Dictionary<Access, List<Selector>> _selectors = [];

    public SelectorIndex(IReadOnlyList<CompiledGroup> groups)
    {
        foreach (var group in groups)
        {
            foreach (var matchers in group.Selectors)
            {
                var access = AccessOf(matchers);
                if (!_selectors.TryGetValue(access, out var same))
                {
                    _selectors[access] = same = [];
                }
                same.Add(new Selector(group, matchers));
            }
        }
    }

    /// <summary>Adds the groups of which a selector matches the series.</summary>
    public void Collect(LabelSet series, ISet<CompiledGroup> groups)
    {
        var metric = series[LabelSet.MetricName];
        CollectFrom(new Access("", "", ""), series, groups);
        CollectFrom(new Access(metric, "", ""), series, groups);
        foreach (var (name, value) in series)
        {
            if (name != LabelSet.MetricName)
            {
                CollectFrom(new Access(metric, name, value), series, groups);
                CollectFrom(new Access("", name, value), series, groups);
            }
        }
    }

    private void CollectFrom(Access access, LabelSet series, ISet<CompiledGroup> groups)
    {
        if (!_selectors.TryGetValue(access, out var selectors))
        {
            return;
        }
        foreach (var selector in selectors)
        {
            if (!groups.Contains(selector.Group) && selector.Matchers.All(matcher => matcher.Matches(series)))
            {
                groups.Add(selector.Group);
            }
        }
    }

    // A matcher for the empty value also matches a series without the label, which would not be found under it.
    private static Access AccessOf(IReadOnlyList<LabelMatcher> matchers)
    {
        var equal = matchers.Where(matcher => matcher.Operator == MatchOperator.Equal && matcher.Value.Length > 0).ToList();
        var metric = equal.Find(matcher => matcher.Name == LabelSet.MetricName)?.Value ?? "";
        var other = equal.Find(matcher => matcher.Name != LabelSet.MetricName);
        return new Access(metric, other?.Name ?? "", other?.Value ?? "");
    }

    /// <summary>Empty where a selector says nothing.</summary>
    private readonly record struct Access(string Metric, string Label, string Value);

    private sealed record Selector(CompiledGroup Group, IReadOnlyList<LabelMatcher> Matchers);
}
