using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>
/// One look-up: the most selective matcher gives the candidates, the others are checked on the candidates' labels. A matcher that also accepts a
/// missing label cannot give candidates, because the index knows only labels that exist.
/// </summary>
internal readonly ref struct SeriesSearch(Dictionary<string, LabelValues> values, List<MemorySeries> series)
{
    /// <summary>From this many candidates on, an expression's answer is remembered by value: fewer are matched faster than a table is made.</summary>
    private const int RememberFrom = 16;

    public List<MemorySeries> Find(IReadOnlyList<LabelMatcher> matchers)
    {
        if (!TryFindCandidates(matchers, out var postings, out var driver))
        {
            return [];
        }
        var candidates = driver < 0 ? [.. series] : Resolve(postings);
        for (var i = 0; i < matchers.Count && candidates.Count > 0; i++)
        {
            if (i != driver)
            {
                Filter(candidates, matchers[i]);
            }
        }
        return candidates;
    }

    /// <summary>False when some matcher has no series at all. A driver of -1 means that every series is a candidate.</summary>
    private bool TryFindCandidates(IReadOnlyList<LabelMatcher> matchers, out List<Postings> postings, out int driver)
    {
        postings = [];
        driver = -1;
        var fewest = int.MaxValue;
        for (var i = 0; i < matchers.Count; i++)
        {
            // Equality first: it costs one look-up, and often leaves so few candidates that no expression has to run over all values.
            if (matchers[i] is { Operator: MatchOperator.Equal, MatchesEmpty: false } matcher)
            {
                if (!values.TryGetValue(matcher.Name, out var ofName) || !ofName.ByValue.TryGetValue(matcher.Value, out var ids))
                {
                    return false;
                }
                if (ids.Count < fewest)
                {
                    (fewest, driver, postings) = (ids.Count, i, [ids]);
                }
            }
        }
        return driver >= 0 || TryFindCandidatesByExpression(matchers, ref postings, ref driver);
    }

    private bool TryFindCandidatesByExpression(IReadOnlyList<LabelMatcher> matchers, ref List<Postings> postings, ref int driver)
    {
        var fewest = int.MaxValue;
        for (var i = 0; i < matchers.Count; i++)
        {
            if (matchers[i].MatchesEmpty)
            {
                continue;
            }
            if (!values.TryGetValue(matchers[i].Name, out var ofName))
            {
                return false;
            }
            var matching = new List<Postings>();
            var count = 0;
            foreach (var (value, ids) in ofName.ByValue)
            {
                if (matchers[i].Matches(value))
                {
                    matching.Add(ids);
                    count += ids.Count;
                }
            }
            if (count < fewest)
            {
                (fewest, driver, postings) = (count, i, matching);
            }
        }
        return true;
    }

    private List<MemorySeries> Resolve(List<Postings> postings)
    {
        var found = new List<MemorySeries>(postings.Count == 1 ? postings[0].Count : 16);
        foreach (var list in postings)
        {
            foreach (var id in list.Ids)
            {
                found.Add(series[id]);
            }
        }
        if (postings.Count > 1)
        {
            // A series has one value of a label, so the lists share no id and sorting is all that is needed.
            found.Sort(static (left, right) => left.Id.CompareTo(right.Id));
        }
        return found;
    }

    private static void Filter(List<MemorySeries> candidates, LabelMatcher matcher)
    {
        if (matcher.Operator is MatchOperator.Equal or MatchOperator.NotEqual || candidates.Count < RememberFrom)
        {
            candidates.RemoveAll(candidate => !matcher.Matches(candidate.Labels));
            return;
        }
        var remembered = new Dictionary<string, bool>(StringComparer.Ordinal);
        candidates.RemoveAll(candidate =>
        {
            var value = candidate.Labels[matcher.Name];
            if (!remembered.TryGetValue(value, out var matches))
            {
                matches = matcher.Matches(value);
                remembered.Add(value, matches);
            }
            return !matches;
        });
    }
}
