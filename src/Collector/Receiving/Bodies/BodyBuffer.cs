namespace Observability.Collector.Receiving.Bodies;

/// <summary>A body in one contiguous pooled array that grows while it is read. Dispose returns the array.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private readonly BodyBufferPool _pool;
    private byte[]? _bytes;

    private BodyBuffer(BodyBufferPool pool, byte[] bytes)
    {
        _pool = pool;
        _bytes = bytes;
    }

    public int Length { get; private set; }

    public byte[] Array => _bytes ?? throw new ObjectDisposedException(nameof(BodyBuffer));

    public ReadOnlySpan<byte> Written => Array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => Array.AsMemory(0, Length);

    public Span<byte> Free => Array.AsSpan(Length);

    public Memory<byte> FreeMemory => Array.AsMemory(Length);

    /// <summary>Null when memory for requests is used up.</summary>
    public static BodyBuffer? TryRent(BodyBufferPool pool, int length) => pool.TryRent(length) is { } bytes ? new BodyBuffer(pool, bytes) : null;

    public void Advance(int count) => Length += count;

    /// <summary>Makes room for at least <paramref name="count"/> more bytes; false when memory for requests is used up.</summary>
    public bool TryEnsureFree(int count)
    {
        if (Array.Length - Length >= count)
        {
            return true;
        }
        if (_pool.TryRent(Math.Max(Array.Length * 2, Length + count)) is not { } larger)
        {
            return false;
        }
        Written.CopyTo(larger);
        _pool.Return(Array);
        _bytes = larger;
        return true;
    }

    public void Dispose()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            _pool.Return(bytes);
        }
    }
}

/// <summary>Either a body, which the caller disposes, or why there is none.</summary>
internal readonly record struct BodyReading(BodyBuffer? Body, Refusal? Refusal)
{
    public static BodyReading Of(BodyBuffer body) => new(body, null);

    public static BodyReading Refused(RefusalKind kind, string reason, string? position = null) => new(null, new Refusal(kind, reason, position));

    public static BodyReading OutOfMemory { get; } = Refused(RefusalKind.Unavailable, "too many requests are being read at once; send this one again");
}
