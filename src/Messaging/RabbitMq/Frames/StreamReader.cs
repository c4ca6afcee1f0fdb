using System.Buffers;
using Microsoft.Extensions.Logging;
using Observability.Telemetry;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Observability.Messaging.RabbitMq.Frames;

/// <summary>Why a subscription to the stream ended.</summary>
internal enum ReadingEnd
{
    /// <summary>The broker went away, closed the channel or cancelled the subscription.</summary>
    Interrupted,

    /// <summary>The frame that was taken last is not where it was.</summary>
    StreamIsNew,
}

/// <summary>
/// One subscription. Frames are handed over in the order of the stream without waiting for each other (so that one sync of the consumer covers many), at most
/// <see cref="Prefetch"/> at once, and acknowledged when they are taken: the acknowledgement is what lets the broker send more.
/// </summary>
internal sealed class StreamReader(IChannel channel, IFrameConsumer consumer, StreamProgress progress, TimeProvider time, ILogger logger)
    : AsyncDefaultBasicConsumer(channel), IDisposable
{
    /// <summary>Frames in memory at once, 64 KB to 256 KB each. Throughput grew up to 32 and no further.</summary>
    public const ushort Prefetch = 32;

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<(ReadingEnd End, string Reason)> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstDelivery = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<Task> _underWay = [];
    private readonly Lock _lock = new();
    private readonly (long Offset, FrameName? Name)? _resumedAt = progress.Taken;

    public Task<(ReadingEnd End, string Reason)> Ended => _ended.Task;

    public Task FirstDelivery => _firstDelivery.Task;

    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (_ended.Task.IsCompleted)
        {
            return;
        }
        var offset = FrameMessage.OffsetOf(properties);
        FrameName? name = FrameMessage.TryRead(properties, out var read, out var reason) ? read : null;
        if (!_firstDelivery.Task.IsCompleted && _resumedAt is { Name: { } expected } resumed && offset == resumed.Offset && name != expected)
        {
            End(ReadingEnd.StreamIsNew, $"offset {offset} holds {name?.ToString() ?? "no frame"}, it held {expected}");
            return;
        }
        _firstDelivery.TrySetResult();
        if (offset <= progress.Taken?.Offset)
        {
            // The frame that was taken last is asked for once more, to see that this is still the same stream.
            await AcknowledgeAsync(deliveryTag);
            return;
        }
        var entry = progress.Begin(offset, name);
        if (name is null)
        {
            Log.NotAFrame(logger, offset, reason);
            progress.End(entry);
            await AcknowledgeAsync(deliveryTag);
            return;
        }
        // The client reuses the body's memory after this method.
        var buffer = ArrayPool<byte>.Shared.Rent(body.Length);
        body.CopyTo(buffer);
        Track(TakeAsync(entry, read, buffer, body.Length, deliveryTag));
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        End(ReadingEnd.Interrupted, reason.ToString());
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
    {
        End(ReadingEnd.Interrupted, "the broker cancelled the subscription: the stream was deleted or its server stopped");
        return base.OnCancelAsync(consumerTags, cancellationToken);
    }

    /// <summary>No frame is handed over any more; returns when the consumer is done with those that were.</summary>
    public async Task StopAsync(ReadingEnd end, string reason)
    {
        End(end, reason);
        await _stopping.CancelAsync();
        Task[] left;
        lock (_lock)
        {
            left = [.. _underWay];
        }
        await Task.WhenAll(left);
    }

    public void Dispose() => _stopping.Dispose();

    private void End(ReadingEnd end, string reason) => _ended.TrySetResult((end, reason));

    private void Track(Task taking)
    {
        lock (_lock)
        {
            _underWay.RemoveWhere(task => task.IsCompleted);
            _underWay.Add(taking);
        }
    }

    /// <summary>Ends when the frame is taken, or with the subscription; never with an exception.</summary>
    private async Task TakeAsync(StreamProgress.Entry entry, FrameName name, byte[] buffer, int length, ulong deliveryTag)
    {
        var frame = new ReceivedFrame(name, buffer.AsMemory(0, length), entry.SafeOffset);
        var backoff = new Backoff();
        try
        {
            while (!await TryTakeAsync(frame, backoff.Next()))
            {
                // Again until it is taken: the stream holds what comes behind it, and a skipped frame would be a lost one.
            }
            progress.End(entry);
            await AcknowledgeAsync(deliveryTag);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next subscription delivers it again.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> TryTakeAsync(ReceivedFrame frame, TimeSpan pause)
    {
        try
        {
            await consumer.ConsumeAsync(frame, _stopping.Token);
            return true;
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            Log.FrameNotTaken(logger, exception, frame.Name, pause.TotalMilliseconds);
            await Task.Delay(pause, time, _stopping.Token);
            return false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new OperationCanceledException("the subscription ended while the frame was not taken", exception);
        }
    }

    private async ValueTask AcknowledgeAsync(ulong deliveryTag)
    {
        try
        {
            await Channel.BasicAckAsync(deliveryTag, multiple: false, CancellationToken.None);
        }
        catch (Exception exception) when (BrokerConnection.IsLoss(exception))
        {
            End(ReadingEnd.Interrupted, exception.Message);
        }
    }
}
