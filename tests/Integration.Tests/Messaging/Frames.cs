using System.Buffers.Binary;
using System.Collections.Concurrent;
using Observability.Messaging;
using Observability.Telemetry;

namespace Observability.Integration.Tests.Messaging;

/// <summary>Frames that are recognised: their bytes are made from their names.</summary>
internal static class Frames
{
    public const ulong Incarnation = 0x00f1_c2d3_e4a5_b6c7;

    public static FrameName Name(int sequence) => new(Incarnation, (ulong)sequence);

    public static byte[] Bytes(FrameName name, int size = 200)
    {
        var bytes = new byte[size];
        for (var at = 0; at + 8 <= size; at += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), name.Sequence);
        }
        return bytes;
    }
}

/// <summary>A consumer that keeps names in memory, as the engine does in its journal, and refuses what it is told to refuse.</summary>
internal sealed class FrameLedger(long? nextOffset = null) : IFrameConsumer
{
    private readonly ConcurrentQueue<FrameName> _deliveries = new();
    private readonly ConcurrentDictionary<FrameName, bool> _taken = new();
    private readonly Lock _lock = new();
    private int _refusals;
    private int _damaged;

    public long? NextOffset { get; private set; } = nextOffset;

    public IReadOnlyList<FrameName> Deliveries => [.. _deliveries];

    public int TakenCount => _taken.Count;

    /// <summary>Frames whose bytes were not those of their name.</summary>
    public int DamagedCount => _damaged;

    public void RefuseNext(int count) => Volatile.Write(ref _refusals, count);

    public bool HasTaken(FrameName name) => _taken.ContainsKey(name);

    public ValueTask ConsumeAsync(ReceivedFrame frame, CancellationToken cancellationToken)
    {
        _deliveries.Enqueue(frame.Name);
        if (Interlocked.Decrement(ref _refusals) >= 0)
        {
            throw new IOException("the disk is full");
        }
        Interlocked.Exchange(ref _refusals, 0);
        if (!frame.Bytes.Span.SequenceEqual(Frames.Bytes(frame.Name, frame.Bytes.Length)))
        {
            Interlocked.Increment(ref _damaged);
        }
        _taken[frame.Name] = true;
        lock (_lock)
        {
            NextOffset = frame.StreamOffset is { } offset ? Math.Max(NextOffset ?? 0, offset + 1) : NextOffset;
        }
        return ValueTask.CompletedTask;
    }
}
