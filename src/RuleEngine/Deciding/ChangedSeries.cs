using Observability.Telemetry;

namespace Observability.RuleEngine.Deciding;

/// <summary>
/// What changed since the decision loop last looked, handed over from Consuming. Bounded: past the limit only "everything" is remembered, which costs one
/// full evaluation and loses nothing.
/// </summary>
internal sealed class ChangedSeries
{
    /// <summary>Label sets of about 200 bytes: 10 MB at most. A loop that is this far behind evaluates everything anyway.</summary>
    private const int Remembered = 50_000;

    private readonly Lock _lock = new();
    private readonly HashSet<LabelSet> _series = [];
    private bool _everything;

    public void Add(IReadOnlyList<LabelSet> series)
    {
        lock (_lock)
        {
            if (_everything)
            {
                return;
            }
            foreach (var labels in series)
            {
                _series.Add(labels);
            }
            if (_series.Count > Remembered)
            {
                _everything = true;
                _series.Clear();
            }
        }
    }

    /// <summary>Takes all; <c>Everything</c> is true when the list was cut.</summary>
    public (IReadOnlyList<LabelSet> Series, bool Everything) Take()
    {
        lock (_lock)
        {
            var taken = (_series.Count == 0 ? [] : (IReadOnlyList<LabelSet>)[.. _series], _everything);
            _series.Clear();
            _everything = false;
            return taken;
        }
    }
}
