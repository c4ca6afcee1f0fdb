using Observability.Telemetry;

namespace Observability.Messaging.InProcess;

/// <summary>
/// The telemetry border inside one process: no bus, no memory in between. A call returns when Consuming has the frame on disk; a consumer that throws is
/// asked again until the caller gives up, as a broker would deliver again.
/// </summary>
public sealed class InProcessFramePublisher(IFrameConsumer consumer, TimeProvider time) : IFramePublisher, IDisposable
{
    /// <summary>Frames under way at once: what the Collector's publisher may run ahead (256). More would only wait in the engine's queue instead of the spool.</summary>
    private const int MostUnderWay = 256;

    private readonly SemaphoreSlim _room = new(MostUnderWay);

    public async ValueTask PublishAsync(FrameName name, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            await Redelivery.UntilTakenAsync(() => consumer.ConsumeAsync(new ReceivedFrame(name, frame, null), cancellationToken), time, cancellationToken);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();
}
