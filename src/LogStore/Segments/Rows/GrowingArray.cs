namespace Observability.LogStore.Segments.Rows;

/// <summary>
/// An array that grows at its end. What stands below <see cref="Count"/> never changes, so a reader that took <see cref="Items"/> and the count under the
/// writer's lock goes on reading without it.
/// </summary>
internal struct GrowingArray<T>()
{
    private const int SmallestLength = 256;

    /// <summary>An array of which less than this part was used is not kept for the next items: a quiet hour does not hold the room of a busy one.</summary>
    private const int KeptFromOneIn = 4;

    public T[] Items { get; private set; } = [];

    public int Count { get; private set; }

    public readonly ReadOnlySpan<T> Written => Items.AsSpan(0, Count);

    public void Add(T item)
    {
        if (Count == Items.Length)
        {
            Grow(1);
        }
        Items[Count++] = item;
    }

    public Span<T> Reserve(int count)
    {
        if (Items.Length - Count < count)
        {
            Grow(count);
        }
        var span = Items.AsSpan(Count, count);
        Count += count;
        return span;
    }

    public void Append(ReadOnlySpan<T> items) => items.CopyTo(Reserve(items.Length));

    /// <summary>Takes back what was added last and given to nobody.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Starts again from nothing, mostly in the same array: only when no reader is left that took it.</summary>
    public void Recycle()
    {
        if ((long)Count * KeptFromOneIn < Items.Length)
        {
            Items = [];
        }
        Count = 0;
    }

    private void Grow(int count)
    {
        var larger = GC.AllocateUninitializedArray<T>(Math.Max(Math.Max(Items.Length * 2, Count + count), SmallestLength));
        Items.AsSpan(0, Count).CopyTo(larger);
        Items = larger;
    }
}
