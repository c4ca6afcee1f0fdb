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

    public SearchPlan(LogSearch search)
        : this(search.Range, search.Stream)
    {
        NewestFirst = search.NewestFirst;
        // The empty text is in every line: it filters nothing, or everything.
        Terms = [.. search.Lines.Where(line => line.Text.Length > 0 || line.Negated).Select(line => new LineTerm(Encoding.UTF8.GetBytes(line.Text), line.Negated))];
        var tokens = new HashSet<ulong>();
        foreach (var term in Terms.Where(term => !term.Negated))
        {
            Tokens.AddWhole(term.Utf8, tokens);
        }
        _tokens = [.. tokens];
    }

    public SearchPlan(LogRange range, IReadOnlyList<LabelMatcher> matchers)
    {
        Range = range;
        _matchers = matchers;
        _tokens = [];
        Terms = [];
    }

    public LogRange Range { get; }

    public bool NewestFirst { get; }

    public IReadOnlyList<LineTerm> Terms { get; }

    /// <summary>Tokens that a body must have to satisfy every positive term.</summary>
    public ReadOnlySpan<ulong> RequiredTokens => _tokens;

    /// <summary>For each slot whether its stream satisfies every matcher.</summary>
    public bool[] AcceptedSlots(RowTables tables)
    {
        var accepted = new bool[tables.SlotCount];
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
