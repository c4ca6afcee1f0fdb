using System.Collections.Concurrent;
using System.Numerics;

namespace Observability.Collector.Receiving.Bodies;

/// <summary>
/// Arrays for request bodies, in powers of two from 64 KiB. Our own instead of ArrayPool.Shared, which overflows with 256 clients (an array of the body's
/// size for each request then) and has no upper limit: this one refuses when <see cref="ReceiveLimits.MaximumBufferBytesInUse"/> is reached.
/// </summary>
internal sealed class BodyBufferPool(long maximumBytesInUse = ReceiveLimits.MaximumBufferBytesInUse, long maximumBytesKept = ReceiveLimits.MaximumBufferBytesKept)
{
    public const int SmallestBytes = 64 << 10;

    private const int SmallestExponent = 16;
    private const int LargestExponent = 30;

    private readonly ConcurrentStack<byte[]>[] _free = [.. Enumerable.Range(0, LargestExponent - SmallestExponent + 1).Select(static _ => new ConcurrentStack<byte[]>())];
    private long _bytesInUse;
    private long _bytesKept;

    public long BytesInUse => Volatile.Read(ref _bytesInUse);

    /// <summary>An array of at least that length, its content undefined; null when too many bytes are in use. Length at most 1 GiB.</summary>
    public byte[]? TryRent(int length)
    {
        var exponent = Math.Max(SmallestExponent, 32 - BitOperations.LeadingZeroCount((uint)Math.Max(0, length - 1)));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, LargestExponent, nameof(length));
        var bytes = 1L << exponent;
        if (Interlocked.Add(ref _bytesInUse, bytes) > maximumBytesInUse)
        {
            Interlocked.Add(ref _bytesInUse, -bytes);
            return null;
        }
        if (_free[exponent - SmallestExponent].TryPop(out var kept))
        {
            Interlocked.Add(ref _bytesKept, -bytes);
            return kept;
        }
        return GC.AllocateUninitializedArray<byte>((int)bytes);
    }

    public void Return(byte[] buffer)
    {
        Interlocked.Add(ref _bytesInUse, -buffer.Length);
        if (Interlocked.Add(ref _bytesKept, buffer.Length) > maximumBytesKept)
        {
            Interlocked.Add(ref _bytesKept, -buffer.Length);
            return;
        }
        _free[BitOperations.Log2((uint)buffer.Length) - SmallestExponent].Push(buffer);
    }
}
