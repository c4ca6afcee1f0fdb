namespace Observability.Query.Values;

/// <summary>A list of samples that is filled, read and filled again: one per operator, reused at every step.</summary>
public sealed class VectorBuffer
{
    private VectorSample[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<VectorSample> Samples => _items.AsSpan(0, Count);

    /// <summary>For sorting and changing in place.</summary>
    internal Span<VectorSample> Writable => _items.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Keeps the first samples.</summary>
    internal void Truncate(int count) => Count = count;

    public void Add(in VectorSample sample)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(16, Count * 2));
        }
        _items[Count++] = sample;
    }
}
