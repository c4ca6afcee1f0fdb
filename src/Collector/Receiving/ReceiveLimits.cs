using Observability.Configuration;

namespace Observability.Collector.Receiving;

/// <summary>What a request may hold: the values of settings.yaml, and those that nobody needs to change.</summary>
internal sealed record ReceiveLimits
{
    /// <summary>
    /// Bytes of request buffers in use at once. Bigger: more parallel big requests, more memory; beyond it requests get 503 instead of the process being
    /// killed. 512 MiB holds 8 bodies of the largest size, or 1,900 OTLP batches of 273 KB.
    /// </summary>
    public const long MaximumBufferBytesInUse = 512L << 20;

    /// <summary>Bytes of free buffers kept for reuse: 64 requests being read of 273 KB each in a buffer of 512 KiB, plus as much again.</summary>
    public const long MaximumBufferBytesKept = 64L << 20;

    /// <summary>Frames of one request; each environment is one. A request for more environments than exist anywhere is a mistake.</summary>
    public const int MaximumEnvironmentsPerRequest = 64;

    public required long RequestBytes { get; init; }

    public required long InflatedBytes { get; init; }

    public required int JsonDepth { get; init; }

    public required int RecordsPerRequest { get; init; }

    public required int AttributesPerRecord { get; init; }

    public required int RecordBytes { get; init; }

    public static ReceiveLimits Of(LimitSettings settings) => new()
    {
        RequestBytes = settings.RequestBytes,
        // An array is the upper end of what one buffer holds.
        InflatedBytes = Math.Min(settings.InflatedBytes, 1L << 30),
        JsonDepth = settings.JsonDepth,
        RecordsPerRequest = settings.RecordsPerRequest,
        AttributesPerRecord = settings.AttributesPerRecord,
        RecordBytes = (int)Math.Min(settings.RecordBytes, 64L << 20),
    };
}
