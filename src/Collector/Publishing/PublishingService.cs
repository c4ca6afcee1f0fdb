using System.Buffers;
using System.Threading.Channels;
using Observability.Collector.Observing;
using Observability.Collector.Spooling;
using Observability.Durability;
using Observability.Messaging;
using Observability.Telemetry;

namespace Observability.Collector.Publishing;

/// <summary>
/// Spool to bus. Up to 256 frames are on their way at once; they may be confirmed in any order, and the cursor is the oldest unconfirmed one. A restart sends
/// the unconfirmed ones again under the same names.
/// </summary>
internal sealed class PublishingService(Spool spool, IFramePublisher publisher, CollectorMetrics metrics, TimeProvider time, ILogger<PublishingService> logger)
    : BackgroundService
{
    /// <summary>Consumers keep a set above their contiguous mark; this is its bound. The queue, one being confirmed, and one being handed over.</summary>
    public const int MaximumInFlight =
        QueuedInFlight
        + 1     // its confirmation is being awaited
        + 1;    // it waits for room in the queue

    private const int QueuedInFlight = 254;

    /// <summary>Bytes of copies on their way. Bigger: more memory while the broker is away; a single bigger frame goes alone.</summary>
    private const long MaximumBytesInFlight = 64 << 20;

    private readonly SemaphoreSlim _confirmed = new(0);
    private long _bytesInFlight;

    public override void Dispose()
    {
        _confirmed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var inFlight = Channel.CreateBounded<(ulong Sequence, Task Confirmation)>(new BoundedChannelOptions(QueuedInFlight) { SingleReader = true, SingleWriter = true });
        try
        {
            await Task.WhenAll(SendAsync(inFlight.Writer, stoppingToken), ConfirmAsync(inFlight.Reader, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The cursor says where to go on.
        }
    }

    private async Task SendAsync(ChannelWriter<(ulong, Task)> inFlight, CancellationToken stoppingToken)
    {
        var reader = spool.OpenReader(spool.Publishing);
        while (true)
        {
            var batch = await reader.ReadAsync(stoppingToken);
            if (batch.Gap is { } gap)
            {
                Spooling.Log.Gap(logger, spool.Publishing.Name, gap.FirstSequence, gap.LastSequence, gap.Reason.ToString(), gap.SegmentPath, gap.Position);
                await inFlight.WriteAsync((gap.LastSequence, Task.CompletedTask), stoppingToken);
                continue;
            }
            foreach (var entry in batch.Entries)
            {
                while (Volatile.Read(ref _bytesInFlight) is > 0 and var bytes && bytes + entry.Content.Length > MaximumBytesInFlight)
                {
                    await _confirmed.WaitAsync(stoppingToken);
                }
                await inFlight.WriteAsync((entry.Sequence, PublishAsync(entry, stoppingToken)), stoppingToken);
            }
        }
    }

    private async Task ConfirmAsync(ChannelReader<(ulong Sequence, Task Confirmation)> inFlight, CancellationToken stoppingToken)
    {
        await foreach (var (sequence, confirmation) in inFlight.ReadAllAsync(stoppingToken))
        {
            await confirmation;
            spool.Advance(spool.Publishing, sequence);
        }
    }

    private async Task PublishAsync(LogEntry entry, CancellationToken stoppingToken)
    {
        // The entry lives in the reader's buffer, which the next read overwrites.
        var length = entry.Content.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        entry.Content.CopyTo(copy);
        Interlocked.Add(ref _bytesInFlight, length);
        var name = new FrameName(spool.Incarnation, entry.Sequence);
        var pause = new RetryPause(time);
        while (true)
        {
            try
            {
                await publisher.PublishAsync(name, copy.AsMemory(0, length), stoppingToken);
                break;
            }
            catch (Exception exception) when (exception is IOException or TimeoutException)
            {
                metrics.PublishFailed();
                Log.PublishFailed(logger, exception, name, pause.Attempts + 1);
                await pause.WaitAsync(stoppingToken);
            }
        }
        // Only after success: a publisher that was cancelled may still be reading the copy.
        ArrayPool<byte>.Shared.Return(copy);
        Interlocked.Add(ref _bytesInFlight, -length);
        _confirmed.Release();
    }
}
