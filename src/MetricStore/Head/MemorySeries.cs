using Observability.MetricStore.Chunks;
using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>
/// One series: packed chunks in time order, the last of which grows. One writer at a time; readers take the chunk list once and need no lock, because
/// chunks only grow at their end and every other change publishes a new list.
/// </summary>
internal sealed class MemorySeries(int id, LabelSet labels)
{
    private SampleChunk[] _chunks = [];
    private ChunkEncoder _encoder;

    /// <summary>Position in the index; postings are sorted by it.</summary>
    public int Id { get; } = id;

    public LabelSet Labels { get; } = labels;

    /// <summary>Number of the append that changed it last, so that an append lists it once.</summary>
    public long ChangedBy { get; set; }

    public bool IsEmpty => Volatile.Read(ref _chunks).Length == 0;

    public SampleChunk[] Chunks => Volatile.Read(ref _chunks);

    /// <summary>Stamp of the newest sample ever taken, also when it has left memory since: what is late is judged by it. <see cref="long.MinValue"/> before the first.</summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>Sum of the increments of a series whose sender reports only those.</summary>
    public double Running { get; set; }

    /// <summary>Keeps the sample in time order; a sample with a known stamp replaces the old value. Returns how many samples the series grew by: 0 or 1.</summary>
    public int Append(long timestamp, double value)
    {
        Newest = Math.Max(Newest, timestamp);
        var chunks = _chunks;
        if (chunks.Length > 0 && timestamp <= chunks[^1].Last)
        {
            return Insert(timestamp, value);
        }
        if (chunks.Length == 0 || chunks[^1].Count == SampleChunk.MaximumSamples)
        {
            var next = new SampleChunk(timestamp);
            _encoder.Append(next, timestamp, value);
            if (chunks.Length > 0)
            {
                chunks[^1].Close();
            }
            Publish([.. chunks, next]);
            return 1;
        }
        _encoder.Append(chunks[^1], timestamp, value);
        return 1;
    }

    /// <summary>Remembers that there was a sample without keeping it: it is on disk already.</summary>
    public void Pass(long timestamp) => Newest = Math.Max(Newest, timestamp);

    /// <summary>The same samples under another id, for a new index.</summary>
    public MemorySeries WithId(int newId)
    {
        var moved = new MemorySeries(newId, Labels) { Newest = Newest, Running = Running, _encoder = _encoder };
        moved.Publish(_chunks);
        return moved;
    }

    /// <summary>Fills a new series with stored chunks.</summary>
    public void Restore(SampleChunk[] chunks, long newest, double running)
    {
        (Newest, Running) = (newest, running);
        if (chunks.Length > 0)
        {
            chunks[^1] = Remade(chunks[^1], from: 0, isLast: true);
        }
        Publish(chunks);
    }

    /// <summary>Drops chunks whose last sample is at or before <paramref name="cut"/>; returns the samples dropped.</summary>
    public int DropUntil(long cut)
    {
        var keepFrom = 0;
        var dropped = 0;
        while (keepFrom < _chunks.Length && _chunks[keepFrom].Last <= cut)
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

    /// <summary>
    /// Drops the samples before <paramref name="cut"/> that <paramref name="image"/> holds, and no others: one that came since then, also into the same chunk,
    /// stays. Returns the samples dropped.
    /// </summary>
    public int DropStored(in HeldChunks image, long cut)
    {
        var kept = new List<SampleChunk>(_chunks.Length);
        var dropped = 0;
        foreach (var chunk in _chunks)
        {
            var at = Array.IndexOf(image.Chunks!, chunk);
            var stored = at < 0 ? 0 : CountBefore(chunk, image.CountOf(at), cut);
            dropped += stored;
            if (stored == 0)
            {
                kept.Add(chunk);
            }
            else if (stored < chunk.Count)
            {
                kept.Add(Remade(chunk, stored, isLast: chunk == _chunks[^1]));
            }
        }
        if (dropped > 0)
        {
            Publish([.. kept]);
        }
        return dropped;
    }

    /// <summary>Removes samples in [from, until]; returns how many.</summary>
    public int Delete(long from, long until)
    {
        var columns = new SampleColumns();
        Hold().Read(columns, long.MinValue, long.MaxValue);
        var before = columns.Count;
        columns.Remove(from, until);
        if (columns.Count < before)
        {
            Publish([]);
            var newest = Newest;
            for (var i = 0; i < columns.Count; i++)
            {
                Append(columns.Timestamps[i], columns.Values[i]);
            }
            Newest = newest;
        }
        return before - columns.Count;
    }

    /// <summary>What readers look at: later appends and drops do not change it.</summary>
    public HeldChunks Hold()
    {
        var chunks = Chunks;
        return new HeldChunks(chunks, chunks.Length == 0 ? 0 : chunks[^1].Count);
    }

    public bool HasSample(long after, long until)
    {
        var columns = new SampleColumns();
        Hold().Read(columns, after, until);
        return columns.Count > 0;
    }

    private int Insert(long timestamp, double value)
    {
        var chunks = _chunks;
        var index = Math.Max(0, HeldChunks.LastStartingAtOrBefore(chunks, timestamp));
        var isLast = index == chunks.Length - 1;
        var count = chunks[index].Count;
        Span<long> timestamps = stackalloc long[SampleChunk.MaximumSamples + 1];
        Span<double> values = stackalloc double[SampleChunk.MaximumSamples + 1];
        ChunkDecoder.Decode(chunks[index].Bytes, count, timestamps[..count], values[..count]);
        var at = SampleColumns.FirstAfter(timestamps[..count], timestamp);
        if (at > 0 && timestamps[at - 1] == timestamp)
        {
            if (BitConverter.DoubleToInt64Bits(values[at - 1]) != BitConverter.DoubleToInt64Bits(value))
            {
                values[at - 1] = value;
                Publish([.. chunks.AsSpan(0, index), Packed(timestamps[..count], values[..count], isLast), .. chunks.AsSpan(index + 1)]);
            }
            return 0;
        }
        timestamps[at..count].CopyTo(timestamps[(at + 1)..]);
        values[at..count].CopyTo(values[(at + 1)..]);
        (timestamps[at], values[at]) = (timestamp, value);
        count++;
        if (count <= SampleChunk.MaximumSamples)
        {
            Publish([.. chunks.AsSpan(0, index), Packed(timestamps[..count], values[..count], isLast), .. chunks.AsSpan(index + 1)]);
            return 1;
        }
        var half = count / 2;
        Publish([.. chunks.AsSpan(0, index),
            Packed(timestamps[..half], values[..half], isLast: false),
            Packed(timestamps[half..count], values[half..count], isLast),
            .. chunks.AsSpan(index + 1)]);
        return 1;
    }

    private static int CountBefore(SampleChunk chunk, int count, long cut)
    {
        if (chunk.First >= cut)
        {
            return 0;
        }
        Span<long> timestamps = stackalloc long[SampleChunk.MaximumSamples];
        Span<double> values = stackalloc double[SampleChunk.MaximumSamples];
        ChunkDecoder.Decode(chunk.Bytes, count, timestamps[..count], values[..count]);
        return SampleColumns.FirstAfter(timestamps[..count], cut - 1);
    }

    private SampleChunk Remade(SampleChunk chunk, int from, bool isLast)
    {
        Span<long> timestamps = stackalloc long[SampleChunk.MaximumSamples];
        Span<double> values = stackalloc double[SampleChunk.MaximumSamples];
        var count = chunk.Count;
        ChunkDecoder.Decode(chunk.Bytes, count, timestamps[..count], values[..count]);
        return Packed(timestamps[from..count], values[from..count], isLast);
    }

    /// <param name="timestamps">Of the samples.</param>
    /// <param name="values">Of the samples.</param>
    /// <param name="isLast">The chunk will grow: the series' encoder goes on from its last sample.</param>
    private SampleChunk Packed(ReadOnlySpan<long> timestamps, ReadOnlySpan<double> values, bool isLast)
    {
        var encoder = default(ChunkEncoder);
        var chunk = encoder.Pack(timestamps, values);
        if (isLast)
        {
            _encoder = encoder;
        }
        else
        {
            chunk.Close();
        }
        return chunk;
    }

    private void Publish(SampleChunk[] chunks) => Volatile.Write(ref _chunks, chunks);
}
