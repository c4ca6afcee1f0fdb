using System.Text;
using Observability.LogStore.Segments.Files;
using Observability.LogStore.Segments.Rows;
using Observability.Telemetry;

namespace Observability.LogStore.Segments.Searching;

/// <summary>A substring condition as bytes.</summary>
internal sealed record LineTerm(byte[] Utf8, bool Negated);

/// <summary>A search, prepared once for all blocks.</summary>
internal sealed class SearchPlan
{
    private readonly IReadOnlyList<LabelMatcher> _matchers;
    private readonly ulong[] _tokens;
    private readonly uint[] _grams;

    public SearchPlan(LogSearch search)
        : this(search.Range, search.Stream)
    {
        NewestFirst = search.NewestFirst;
        TraceId = Convert.FromHexString(search.TraceId);
        // The empty text is in every line: it filters nothing, or everything.
        Terms = [.. search.Lines.Where(line => line.Text.Length > 0 || line.Negated).Select(line => new LineTerm(Encoding.UTF8.GetBytes(line.Text), line.Negated))];
        var (tokens, grams) = (new TokenSet(), new List<uint>());
        foreach (var text in Terms.Where(term => !term.Negated).Select(term => term.Utf8))
        {
            Tokens.AddWhole(text, tokens);
            var (first, last) = Tokens.CutRuns(text);
            GramFilter.AddAll(text.AsSpan(first), grams);
            GramFilter.AddAll(text.AsSpan(last), grams);
        }
        (_tokens, _grams) = (tokens.Hashes.ToArray(), [.. grams.Distinct()]);
    }

    public SearchPlan(LogRange range, IReadOnlyList<LabelMatcher> matchers)
    {
        Range = range;
        _matchers = matchers;
        (_tokens, _grams) = ([], []);
        Terms = [];
        TraceId = [];
    }

    public LogRange Range { get; }

    public bool NewestFirst { get; }

    public IReadOnlyList<LineTerm> Terms { get; }

    /// <summary>Sixteen bytes that a row must have, or none.</summary>
    public byte[] TraceId { get; }

    /// <summary>Tokens that a body must have to satisfy every positive term.</summary>
    public ReadOnlySpan<ulong> RequiredTokens => _tokens;

    /// <summary>Grams that tokens of a body must have, those of texts that may be pieces of a token.</summary>
    public ReadOnlySpan<uint> RequiredGrams => _grams;

    /// <summary>For each slot whether its stream satisfies every matcher.</summary>
    public bool[] AcceptedSlots(RowTables tables)
    {
        var accepted = new bool[tables.SlotCount];
        if (_matchers.Count == 0)
        {
            Array.Fill(accepted, true);
            return accepted;
        }
        for (var slot = 0; slot < accepted.Length; slot++)
        {
            accepted[slot] = Accepts(tables.StreamOf(slot));
        }
        return accepted;
    }

    public bool Overlaps(long minTime, long maxTime) => minTime < Range.EndNanoseconds && maxTime >= Range.StartNanoseconds;

    private bool Accepts(LabelSet stream)
    {
        foreach (var matcher in _matchers)
        {
            if (!matcher.Matches(stream))
            {
                return false;
            }
        }
        return true;
    }
}
