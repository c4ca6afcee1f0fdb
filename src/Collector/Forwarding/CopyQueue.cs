using System.Threading.Channels;

namespace Observability.Collector.Forwarding;

/// <summary>
/// Copies that wait for one receiver, in memory and in order. What counts is in the spool before; so a copy that finds no room is given up, and adding never waits.
/// </summary>
internal sealed class CopyQueue<T>(TimeProvider time)
{
    /// <summary>Bytes that may wait. Bigger: a longer absence is bridged, with memory that receiving needs too.</summary>
    public const long MaximumBytes = 64 << 20;

    private readonly Channel<(T Copy, int Bytes, long OfferedAt)> _waiting =
        Channel.CreateUnbounded<(T, int, long)>(new UnboundedChannelOptions { SingleReader = true });

    private long _bytes;

    public bool IsEmpty => !_waiting.Reader.TryPeek(out _);

    /// <returns>False when there is no room, or it is closed.</returns>
    public bool TryAdd(T copy, int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > MaximumBytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            return false;
        }
        return _waiting.Writer.TryWrite((copy, bytes, time.GetTimestamp()));
    }

    /// <summary>No copy comes any more: those that wait can be taken, and then <see cref="WaitAsync"/> is false.</summary>
    public void Close() => _waiting.Writer.TryComplete();

    /// <summary>Ends with true when a copy waits.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _waiting.Reader.WaitToReadAsync(cancellationToken);

    /// <param name="copy">The oldest; it has left the queue.</param>
    /// <param name="offeredAt">When it was added, as a timestamp of the clock.</param>
    public bool TryTake(out T copy, out long offeredAt)
    {
        var isThere = _waiting.Reader.TryRead(out var first);
        (copy, offeredAt) = (first.Copy, first.OfferedAt);
        Interlocked.Add(ref _bytes, -first.Bytes);
        return isThere;
    }
}
