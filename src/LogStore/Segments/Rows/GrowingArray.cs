namespace Observability.LogStore.Segments.Rows;

/// <summary>
/// An array that grows at its end. What stands below <see cref="Count"/> never changes, so a reader that took <see cref="Items"/> and the count under the
/// writer's lock goes on reading without it.
/// </summary>
internal struct GrowingArray<T>()
{
    public T[] Items { get; private set; } = [];

    public int Count { get; private set; }

    public readonly ReadOnlySpan<T> Written => Items.AsSpan(0, Count);

    public void Add(T item) => Reserve(1)[0] = item;

    public Span<T> Reserve(int count)
    {
        if (Items.Length - Count < count)
        {
            var larger = GC.AllocateUninitializedArray<T>(Math.Max(Math.Max(Items.Length * 2, Count + count), 256));
            Items.AsSpan(0, Count).CopyTo(larger);
            Items = larger;
        }
        var span = Items.AsSpan(Count, count);
        Count += count;
        return span;
    }

    public void Append(ReadOnlySpan<T> items) => items.CopyTo(Reserve(items.Length));

    /// <summary>Takes back what was added last and given to nobody.</summary>
    public void Truncate(int count) => Count = count;
}
