namespace Observability.MetricStore.Head;

/// <summary>Ids of the series that have one label value, ascending because ids are given in order.</summary>
internal sealed class Postings(string value)
{
    private int[] _ids = new int[2];

    /// <summary>The one string object that all series with this value share.</summary>
    public string Value { get; } = value;

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    public void Add(int id)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, Count * 2);
        }
        _ids[Count++] = id;
    }
}

/// <summary>The values of one label name.</summary>
internal sealed class LabelValues(string name)
{
    public string Name { get; } = name;

    public Dictionary<string, Postings> ByValue { get; } = new(StringComparer.Ordinal);
}
