using System.Buffers;

namespace Observability.Query.Values;

/// <summary>
/// A list of samples that is filled, read and filled again: one per operator, reused at every step. Its memory is rented, because 10,000 samples are 240 kB
/// and a rule asks for them every second.
/// </summary>
public sealed class VectorBuffer
{
    private VectorSample[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<VectorSample> Samples => _items.AsSpan(0, Count);

    /// <summary>For sorting and changing in place.</summary>
    internal Span<VectorSample> Writable => _items.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(in VectorSample sample)
    {
        if (Count == _items.Length)
        {
            Grow();
        }
        _items[Count++] = sample;
    }

    /// <summary>Keeps the first samples.</summary>
    internal void Truncate(int count) => Count = count;

    /// <summary>Gives the memory back. The buffer is empty then and may be filled again; spans taken before are void. Not calling it costs garbage and nothing else.</summary>
    public void Release()
    {
        if (_items.Length > 0)
        {
            // Cleared, so that the pool does not keep label sets of series that ended.
            ArrayPool<VectorSample>.Shared.Return(_items, clearArray: true);
        }
        _items = [];
        Count = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<VectorSample>.Shared.Rent(Math.Max(64, Count * 2));
        Samples.CopyTo(larger);
        var count = Count;
        Release();
        _items = larger;
        Count = count;
    }
}
