using Observability.Telemetry;

namespace Observability.Messaging.RabbitMq.Frames;

/// <summary>
/// How far the stream is taken without a hole. Many frames are under way at once and may be taken in any order; the offset that is told to the consumer with a
/// frame is therefore never beyond one that is still under way, so that whoever resumes behind it misses nothing.
/// </summary>
internal sealed class StreamProgress
{
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _underWay = new();
    private (long Offset, FrameName? Name)? _taken;

    /// <param name="nextOffset">Where the consumer says to go on; null if it never took a frame.</param>
    public StreamProgress(long? nextOffset)
    {
        if (nextOffset is > 0 and var next)
        {
            _taken = (next - 1, null);
        }
    }

    /// <summary>The last frame of which it and all before it are taken, by its offset; its name only if this process took it.</summary>
    public (long Offset, FrameName? Name)? Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken;
            }
        }
    }

    /// <summary>Begins a frame; <see cref="Entry.SafeOffset"/> is null as long as nothing before it is taken.</summary>
    public Entry Begin(long offset, FrameName? name)
    {
        lock (_lock)
        {
            var entry = new Entry(offset, name, _underWay.Count == 0 ? offset : _taken?.Offset);
            _underWay.Enqueue(entry);
            return entry;
        }
    }

    public void End(Entry entry)
    {
        lock (_lock)
        {
            entry.IsTaken = true;
            while (_underWay.TryPeek(out var oldest) && oldest.IsTaken)
            {
                _taken = (oldest.Offset, oldest.Name);
                _underWay.Dequeue();
            }
        }
    }

    /// <summary>What was under way when a connection broke is delivered again over the next one.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _underWay.Clear();
        }
    }

    /// <summary>The stream is another one: its offsets begin anew.</summary>
    public void StartOver()
    {
        lock (_lock)
        {
            _underWay.Clear();
            _taken = null;
        }
    }

    internal sealed class Entry(long offset, FrameName? name, long? safeOffset)
    {
        public long Offset { get; } = offset;

        public FrameName? Name { get; } = name;

        public long? SafeOffset { get; } = safeOffset;

        public bool IsTaken { get; set; }
    }
}
