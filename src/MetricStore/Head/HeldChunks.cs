using Observability.MetricStore.Chunks;

namespace Observability.MetricStore.Head;

/// <summary>The chunks of a series at one moment: of the last one only the first samples belong to it.</summary>
internal readonly record struct HeldChunks(SampleChunk[]? Chunks, int LastChunkCount)
{
    public bool IsEmpty => Chunks is not { Length: > 0 };

    public int CountOf(int chunk) => chunk == Chunks!.Length - 1 ? LastChunkCount : Chunks[chunk].Count;

    /// <summary>Adds the samples in (after, until], which are later than what the columns hold.</summary>
    public void Read(SampleColumns target, long after, long until)
    {
        if (Chunks is not { } chunks)
        {
            return;
        }
        for (var i = Math.Max(0, LastStartingAtOrBefore(chunks, after)); i < chunks.Length && chunks[i].First <= until; i++)
        {
            if (chunks[i].Last > after)
            {
                target.Add(chunks[i].Bytes, CountOf(i), after, until);
            }
        }
    }

    /// <summary>The newest sample in (after, until], if it is the newest of all and known without unpacking.</summary>
    public bool TryReadNewest(SampleColumns target, long after, long until)
    {
        if (IsEmpty || !Chunks![^1].TryReadNewest(LastChunkCount, out var timestamp, out var value) || timestamp > until)
        {
            return false;
        }
        if (timestamp > after)
        {
            target.Add(timestamp, value);
        }
        return true;
    }

    /// <summary>-1 when every chunk starts later.</summary>
    public static int LastStartingAtOrBefore(SampleChunk[] chunks, long timestamp)
    {
        var low = 0;
        var high = chunks.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (chunks[middle].First <= timestamp)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low - 1;
    }
}
