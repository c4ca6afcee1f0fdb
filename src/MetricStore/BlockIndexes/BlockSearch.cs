using Observability.Telemetry;

namespace Observability.MetricStore.BlockIndexes;

/// <summary>
/// One look-up in a block, as the head does it: the most selective matcher gives the candidates, the others are checked on them, each once for a value.
/// </summary>
internal readonly ref struct BlockSearch(BlockIndex index)
{
    private readonly BlockIndex _index = index;

    /// <summary>Series that satisfy every matcher, ascending.</summary>
    public List<int> Find(IReadOnlyList<LabelMatcher> matchers)
    {
        if (!TryFindCandidates(matchers, out var candidates, out var driver))
        {
            return [];
        }
        for (var i = 0; i < matchers.Count && candidates.Count > 0; i++)
        {
            if (i != driver)
            {
                Filter(candidates, matchers[i]);
            }
        }
        return candidates;
    }

    private bool TryFindCandidates(IReadOnlyList<LabelMatcher> matchers, out List<int> candidates, out int driver)
    {
        candidates = [];
        driver = -1;
        var fewest = int.MaxValue;
        List<int> best = [];
        for (var i = 0; i < matchers.Count; i++)
        {
            // Equality first: it costs one look-up; an expression runs over all values of its name, and only if nothing better is there.
            if (matchers[i] is { Operator: MatchOperator.Equal, MatchesEmpty: false } matcher)
            {
                var (name, value) = (_index.FindSymbol(matcher.Name), _index.FindSymbol(matcher.Value));
                var posting = name < 0 || value < 0 ? -1 : _index.FindPosting(name, value);
                if (posting < 0)
                {
                    return false;
                }
                if (_index.Posting(posting).Count is var count && count < fewest)
                {
                    (fewest, driver, best) = (count, i, [posting]);
                }
            }
        }
        for (var i = 0; driver < 0 && i < matchers.Count; i++)
        {
            if (!matchers[i].MatchesEmpty)
            {
                (driver, best) = (i, PostingsMatching(matchers[i]));
            }
        }
        if (driver < 0)
        {
            candidates.AddRange(Enumerable.Range(0, _index.SeriesCount));
            return true;
        }
        foreach (var posting in best)
        {
            _index.ReadIds(posting, candidates);
        }
        if (best.Count > 1)
        {
            candidates.Sort();
        }
        return candidates.Count > 0;
    }

    private List<int> PostingsMatching(LabelMatcher matcher)
    {
        var name = _index.FindSymbol(matcher.Name);
        var matching = new List<int>();
        if (name >= 0)
        {
            var (first, end) = _index.PostingsOf(name);
            for (var posting = first; posting < end; posting++)
            {
                if (matcher.Matches(_index.Text(_index.Posting(posting).Value)))
                {
                    matching.Add(posting);
                }
            }
        }
        return matching;
    }

    private void Filter(List<int> candidates, LabelMatcher matcher)
    {
        var index = _index;
        var name = index.FindSymbol(matcher.Name);
        var matchesMissing = matcher.MatchesEmpty;
        var remembered = new Dictionary<int, bool>();
        candidates.RemoveAll(series =>
        {
            var value = name < 0 ? -1 : index.ValueOf(series, name);
            if (value < 0)
            {
                return !matchesMissing;
            }
            if (!remembered.TryGetValue(value, out var matches))
            {
                matches = matcher.Matches(index.Text(value));
                remembered.Add(value, matches);
            }
            return !matches;
        });
    }
}
