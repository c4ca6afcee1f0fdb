using Observability.Query.LogQL.Pipelines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>Which labels of a line name its series.</summary>
internal static class SeriesIdentity
{
    /// <summary>Without a grouping all labels count, but for the one that was unwrapped: its value is the sample.</summary>
    public static Func<LineLabels, LabelSet> Of(LabelGrouping? grouping, string? unwrapped)
    {
        if (grouping is { IsWithout: false })
        {
            var names = grouping.Labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            return labels => Only(names, labels);
        }
        string[] left = [.. grouping?.Labels ?? [], .. unwrapped is null ? [] : new[] { unwrapped }];
        if (left.Length == 0)
        {
            return static labels => labels.ToLabelSet();
        }
        var projection = LabelProjection.AllButKeepingName(left);
        return labels => projection.Project(labels.ToLabelSet());
    }

    /// <summary>The labels that the selector says an absent series would have: those it compares for equality, once each.</summary>
    public static LabelSet OfAbsent(IReadOnlyList<LabelMatcher> matchers) => LabelSet.Of(matchers
        .GroupBy(static matcher => matcher.Name, StringComparer.Ordinal)
        .Where(static group => group.Count() == 1 && group.First().Operator == MatchOperator.Equal)
        .Select(static group => new Label(group.Key, group.First().Value)));

    private static LabelSet Only(string[] sortedNames, LineLabels labels)
    {
        var kept = new List<Label>(sortedNames.Length);
        foreach (var name in sortedNames)
        {
            if (labels.ValueOf(name) is { Length: > 0 } value)
            {
                kept.Add(new Label(name, value));
            }
        }
        return LabelSet.FromSorted([.. kept]);
    }
}
