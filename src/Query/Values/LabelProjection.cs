using Observability.Telemetry;

namespace Observability.Query.Values;

/// <summary>
/// A part of a label set, named by <c>by</c>/<c>on</c> (these labels alone) or <c>without</c>/<c>ignoring</c> (all others but the metric name).
/// As an equality comparer it lets whole label sets serve as keys for that part: grouping 10,000 series allocates one set a group and none a series.
/// </summary>
public sealed class LabelProjection : IEqualityComparer<LabelSet>
{
    private readonly string[] _names;
    private readonly bool _keeps;
    private readonly bool _ignoresMetricName;

    private LabelProjection(IEnumerable<string> names, bool keeps, bool ignoresMetricName)
    {
        _names = [.. names.Distinct(StringComparer.Ordinal)];
        _keeps = keeps;
        _ignoresMetricName = ignoresMetricName;
    }

    public static LabelProjection Only(IEnumerable<string> names) => new(names, keeps: true, ignoresMetricName: false);

    /// <summary>All labels but these and the metric name.</summary>
    public static LabelProjection AllBut(IEnumerable<string> names) => new(names, keeps: false, ignoresMetricName: true);

    /// <summary>All labels but these; the metric name counts.</summary>
    public static LabelProjection AllButKeepingName(IEnumerable<string> names) => new(names, keeps: false, ignoresMetricName: false);

    public static LabelProjection Of(VectorMatching matching) => matching.On ? Only(matching.Labels) : AllBut(matching.Labels);

    /// <summary>The part as a label set of its own.</summary>
    public LabelSet Project(LabelSet labels)
    {
        var count = 0;
        foreach (ref readonly var label in labels.AsSpan())
        {
            count += Counts(label.Name) ? 1 : 0;
        }
        if (count == labels.Count)
        {
            return labels;
        }
        var kept = new Label[count];
        var next = 0;
        foreach (ref readonly var label in labels.AsSpan())
        {
            if (Counts(label.Name))
            {
                kept[next++] = label;
            }
        }
        return LabelSet.FromSorted(kept);
    }

    public bool Equals(LabelSet? x, LabelSet? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }
        if (x is null || y is null)
        {
            return false;
        }
        return _keeps ? SameKept(x, y) : SameRest(x.AsSpan(), y.AsSpan());
    }

    public int GetHashCode(LabelSet obj)
    {
        var hash = 17;
        if (_keeps)
        {
            foreach (var name in _names)
            {
                hash = (hash * 31) + obj[name].GetHashCode(StringComparison.Ordinal);
            }
            return hash;
        }
        foreach (ref readonly var label in obj.AsSpan())
        {
            if (Counts(label.Name))
            {
                hash = (((hash * 31) + label.Name.GetHashCode(StringComparison.Ordinal)) * 31) + label.Value.GetHashCode(StringComparison.Ordinal);
            }
        }
        return hash;
    }

    private bool SameKept(LabelSet left, LabelSet right)
    {
        foreach (var name in _names)
        {
            if (left[name] != right[name])
            {
                return false;
            }
        }
        return true;
    }

    private bool SameRest(ReadOnlySpan<Label> left, ReadOnlySpan<Label> right)
    {
        var (i, j) = (0, 0);
        while (true)
        {
            while (i < left.Length && !Counts(left[i].Name))
            {
                i++;
            }
            while (j < right.Length && !Counts(right[j].Name))
            {
                j++;
            }
            if (i == left.Length || j == right.Length)
            {
                return i == left.Length && j == right.Length;
            }
            if (left[i++] != right[j++])
            {
                return false;
            }
        }
    }

    private bool Counts(string name)
    {
        if (_ignoresMetricName && name == LabelSet.MetricName)
        {
            return false;
        }
        foreach (var listed in _names)
        {
            if (ReferenceEquals(listed, name) || listed == name)
            {
                return _keeps;
            }
        }
        return !_keeps;
    }
}
