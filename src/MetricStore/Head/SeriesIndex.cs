using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>
/// Finds series by their labels: label name → value → ids. Only ever added to; when enough series have ended, the head builds a new index without
/// them and swaps it in, so that nothing is ever removed under a reader. Adding takes the lock for a moment, looking up shares it.
/// </summary>
internal sealed class SeriesIndex : IDisposable
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, LabelValues> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<LabelSet, MemorySeries> _byLabels = [];
    private readonly List<MemorySeries> _series = [];

    /// <summary>Series ever added, ended ones included.</summary>
    public int Count => _series.Count;

    /// <summary>Writer only, which need not lock against itself.</summary>
    public IReadOnlyList<MemorySeries> All => _series;

    public MemorySeries? Find(LabelSet labels) => _byLabels.GetValueOrDefault(labels);

    public MemorySeries Add(LabelSet labels)
    {
        _lock.EnterWriteLock();
        try
        {
            var shared = new Label[labels.Count];
            for (var i = 0; i < shared.Length; i++)
            {
                shared[i] = AddPosting(labels[i], _series.Count);
            }
            return Add(new MemorySeries(_series.Count, LabelSet.FromSorted(shared)));
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Takes over a series of an older index; only while this one has no readers.</summary>
    public void Adopt(MemorySeries series)
    {
        foreach (var label in series.Labels.AsSpan())
        {
            AddPosting(label, _series.Count);
        }
        Add(series.WithId(_series.Count));
    }

    /// <summary>Series that satisfy every matcher, in the order in which they came.</summary>
    public List<MemorySeries> Find(IReadOnlyList<LabelMatcher> matchers)
    {
        _lock.EnterReadLock();
        try
        {
            return new SeriesSearch(_values, _series).Find(matchers);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    public void Dispose() => _lock.Dispose();

    private MemorySeries Add(MemorySeries series)
    {
        _series.Add(series);
        _byLabels.Add(series.Labels, series);
        return series;
    }

    /// <summary>Frames bring strings of their own: names and values are kept once for all series.</summary>
    private Label AddPosting(Label label, int id)
    {
        if (!_values.TryGetValue(label.Name, out var values))
        {
            values = new LabelValues(label.Name);
            _values.Add(label.Name, values);
        }
        if (!values.ByValue.TryGetValue(label.Value, out var postings))
        {
            postings = new Postings(label.Value);
            values.ByValue.Add(label.Value, postings);
        }
        postings.Add(id);
        return new Label(values.Name, postings.Value);
    }
}
