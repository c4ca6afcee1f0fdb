using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>
/// One series: chunks in time order, the last of which grows. One writer at a time; readers take the chunk list once and need no lock, because
/// chunks only grow at their end and every other change publishes a new list.
/// </summary>
internal sealed class MemorySeries(int id, LabelSet labels)
{
    /// <summary>The first chunk of a series is small: most series of a short-lived job end before they fill one.</summary>
    private const int FirstCapacity = 8;

    private SampleChunk[] _chunks = [];

    /// <summary>Position in the index; postings are sorted by it.</summary>
    public int Id { get; } = id;

    public LabelSet Labels { get; } = labels;

    /// <summary>Number of the append that changed it last, so that an append lists it once.</summary>
    public long ChangedBy { get; set; }

    public bool IsEmpty => Volatile.Read(ref _chunks).Length == 0;

    public SampleChunk[] Chunks => Volatile.Read(ref _chunks);

    /// <summary>Writer only; the series must not be empty.</summary>
    public long Newest => _chunks[^1].TimestampAt(_chunks[^1].Count - 1);

    /// <summary>Keeps the sample in time order; a sample with a known stamp replaces the old value. Returns how many samples the series grew by: 0 or 1.</summary>
    public int Append(long timestamp, double value)
    {
        var chunks = _chunks;
        if (chunks.Length == 0)
        {
            Publish([new SampleChunk([timestamp], [value], FirstCapacity)]);
            return 1;
        }
        var open = chunks[^1];
        if (timestamp <= open.TimestampAt(open.Count - 1))
        {
            return Insert(timestamp, value);
        }
        if (open.Count < open.Capacity)
        {
            open.Append(timestamp, value);
        }
        else if (open.Capacity < SampleChunk.MaximumSamples)
        {
            var larger = new SampleChunk(open.Timestamps(0, open.Count).Span, open.Values(0, open.Count).Span, Math.Min(open.Capacity * 2, SampleChunk.MaximumSamples));
            larger.Append(timestamp, value);
            Publish([.. chunks.AsSpan(0, chunks.Length - 1), larger]);
        }
        else
        {
            Publish([.. chunks, new SampleChunk([timestamp], [value], SampleChunk.MaximumSamples)]);
        }
        return 1;
    }

    /// <summary>The same samples under another id, for a new index.</summary>
    public MemorySeries WithId(int newId)
    {
        var moved = new MemorySeries(newId, Labels);
        moved.Publish(_chunks);
        return moved;
    }

    /// <summary>Drops chunks whose last sample is at or before <paramref name="cut"/>; returns the samples dropped.</summary>
    public int DropUntil(long cut)
    {
        var keepFrom = 0;
        var dropped = 0;
        while (keepFrom < _chunks.Length && _chunks[keepFrom].TimestampAt(_chunks[keepFrom].Count - 1) <= cut)
        {
            dropped += _chunks[keepFrom].Count;
            keepFrom++;
        }
        if (keepFrom > 0)
        {
            Publish(_chunks[keepFrom..]);
        }
        return dropped;
    }

    /// <summary>Samples with a stamp in (after, until]. A range inside one chunk is a slice of it, a longer one is copied once, exactly.</summary>
    public SeriesSamples? Select(long after, long until)
    {
        var chunks = Chunks;
        if (!FindRange(chunks, after, until, out var first, out var start, out var last, out var end))
        {
            return null;
        }
        if (first == last)
        {
            return new SeriesSamples(Labels, chunks[first].Timestamps(start, end - start), chunks[first].Values(start, end - start));
        }
        var count = chunks[first].Count - start + end;
        for (var i = first + 1; i < last; i++)
        {
            count += chunks[i].Count;
        }
        return Copy(chunks, first, start, last, end, count);
    }

    public bool HasSample(long after, long until) => FindRange(Chunks, after, until, out _, out _, out _, out _);

    private SeriesSamples Copy(SampleChunk[] chunks, int first, int start, int last, int end, int count)
    {
        var timestamps = new long[count];
        var values = new double[count];
        var written = 0;
        for (var i = first; i <= last; i++)
        {
            var from = i == first ? start : 0;
            var length = (i == last ? end : chunks[i].Count) - from;
            chunks[i].Timestamps(from, length).Span.CopyTo(timestamps.AsSpan(written));
            chunks[i].Values(from, length).Span.CopyTo(values.AsSpan(written));
            written += length;
        }
        return new SeriesSamples(Labels, timestamps, values);
    }

    private static bool FindRange(SampleChunk[] chunks, long after, long until, out int first, out int start, out int last, out int end)
    {
        first = start = last = end = 0;
        if (after >= until || chunks.Length == 0 || chunks[0].First > until)
        {
            return false;
        }
        last = LastStartingAtOrBefore(chunks, until);
        end = chunks[last].FirstAfter(until, chunks[last].Count);
        first = Math.Max(0, LastStartingAtOrBefore(chunks, after));
        // Only the last chunk of the list may grow, and its count was taken once, as "end".
        var firstCount = first == last ? end : chunks[first].Count;
        start = chunks[first].FirstAfter(after, firstCount);
        if (start == firstCount && first < last)
        {
            first++;
            start = 0;
        }
        return first < last || start < end;
    }

    /// <summary>-1 when every chunk starts later.</summary>
    private static int LastStartingAtOrBefore(SampleChunk[] chunks, long timestamp)
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

    private int Insert(long timestamp, double value)
    {
        var chunks = _chunks;
        var index = Math.Max(0, LastStartingAtOrBefore(chunks, timestamp));
        var chunk = chunks[index];
        var count = chunk.Count;
        var at = chunk.FirstAfter(timestamp, count);
        if (at > 0 && chunk.TimestampAt(at - 1) == timestamp)
        {
            if (BitConverter.DoubleToInt64Bits(chunk.ValueAt(at - 1)) != BitConverter.DoubleToInt64Bits(value))
            {
                var values = chunk.Values(0, count).ToArray();
                values[at - 1] = value;
                Publish(Replaced(chunks, index, new SampleChunk(chunk.Timestamps(0, count).Span, values, chunk.Capacity)));
            }
            return 0;
        }
        Span<long> timestampsWith = stackalloc long[count + 1];
        Span<double> valuesWith = stackalloc double[count + 1];
        CopyWith(chunk.Timestamps(0, count).Span, timestamp, at, timestampsWith);
        CopyWith(chunk.Values(0, count).Span, value, at, valuesWith);
        if (count < SampleChunk.MaximumSamples)
        {
            var capacity = Math.Min(Math.Max(chunk.Capacity, (count + 1) * 2), SampleChunk.MaximumSamples);
            Publish(Replaced(chunks, index, new SampleChunk(timestampsWith, valuesWith, capacity)));
            return 1;
        }
        var half = (count + 1) / 2;
        var isLast = index == chunks.Length - 1;
        Publish([.. chunks.AsSpan(0, index),
            new SampleChunk(timestampsWith[..half], valuesWith[..half], half),
            new SampleChunk(timestampsWith[half..], valuesWith[half..], isLast ? SampleChunk.MaximumSamples : count + 1 - half),
            .. chunks.AsSpan(index + 1)]);
        return 1;
    }

    private static void CopyWith<T>(ReadOnlySpan<T> source, T added, int at, Span<T> target)
    {
        source[..at].CopyTo(target);
        target[at] = added;
        source[at..].CopyTo(target[(at + 1)..]);
    }

    private static SampleChunk[] Replaced(SampleChunk[] chunks, int index, SampleChunk chunk)
    {
        var copy = chunks.AsSpan().ToArray();
        copy[index] = chunk;
        return copy;
    }

    private void Publish(SampleChunk[] chunks) => Volatile.Write(ref _chunks, chunks);
}
