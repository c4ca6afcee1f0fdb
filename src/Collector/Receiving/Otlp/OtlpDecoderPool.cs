using System.Collections.Concurrent;
using Observability.Collector.Normalizing;

namespace Observability.Collector.Receiving.Otlp;

/// <summary>Decoders that are free. Grows with the number of requests that wait for the disk at once; what is kept afterwards is bounded.</summary>
internal sealed class OtlpDecoderPool(EnvironmentResolver environments) : IDisposable
{
    /// <summary>64 requests share a sync at the knee of the throughput curve; more kept ones would hold memory for bursts only.</summary>
    private const int MaximumKept = 64;

    /// <summary>A decoder that met a huge request is not kept: 64 of them would be gigabytes.</summary>
    private const long MaximumBytesKept = 8 << 20;

    private readonly ConcurrentStack<OtlpDecoder> _free = new();

    public OtlpDecoder Rent() => _free.TryPop(out var decoder) ? decoder : new OtlpDecoder(environments);

    public void Return(OtlpDecoder decoder)
    {
        if (_free.Count >= MaximumKept || decoder.BytesKept > MaximumBytesKept)
        {
            decoder.Dispose();
        }
        else
        {
            _free.Push(decoder);
        }
    }

    public void Dispose()
    {
        while (_free.TryPop(out var decoder))
        {
            decoder.Dispose();
        }
    }
}
