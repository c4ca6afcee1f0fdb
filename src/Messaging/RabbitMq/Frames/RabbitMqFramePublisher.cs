using Microsoft.Extensions.Logging;
using Observability.Contracts;
using Observability.Telemetry;
using RabbitMQ.Client;

namespace Observability.Messaging.RabbitMq.Frames;

/// <summary>
/// Writes frames into the stream. A call returns with the broker's confirm; until then it sends the frame again, under the same name, over as many
/// connections as it takes. Repeats are possible and recognised by the frame's name.
/// </summary>
internal sealed class RabbitMqFramePublisher(RabbitMqAddress address, RabbitMqOptions options, TimeProvider time, ILogger<RabbitMqFramePublisher> logger)
    : IFramePublisher, IBrokerUser, IAsyncDisposable
{
    /// <summary>What the Collector runs ahead of its oldest unconfirmed frame; measured throughput no longer grows above 64 frames of 64 KB.</summary>
    private const int MostUnderWay = 256;

    /// <summary>Confirms that came at all came within 20 s of a restart of the broker; a shorter bound makes needless repeats.</summary>
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _room = new(MostUnderWay);
    private readonly SemaphoreSlim _opening = new(1);
    private Link? _link;
    private bool _hasSettled;
    private volatile string? _problem = "not connected yet";

    public string? Problem => _problem;

    public async ValueTask PublishAsync(FrameName name, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            var backoff = new Backoff();
            while (!await TryPublishAsync(name, frame, cancellationToken))
            {
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }
        finally
        {
            _room.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _link, null) is { } link)
        {
            await link.DisposeAsync();
        }
        _room.Dispose();
        _opening.Dispose();
    }

    private async Task<bool> TryPublishAsync(FrameName name, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        Link? link = null;
        try
        {
            link = await OpenAsync(cancellationToken);
            // The token goes to the wait and not to the client, which 7.1.2 leaves with a lost semaphore slot when it fires.
            await link.Channel.BasicPublishAsync("", QueueNames.Telemetry, mandatory: true, FrameMessage.PropertiesOf(name), frame, CancellationToken.None)
                .AsTask().WaitAsync(ConfirmTimeout, time, cancellationToken);
            _problem = null;
            return true;
        }
        catch (Exception exception) when (BrokerConnection.IsLoss(exception))
        {
            // A given-up call takes its connection with it, so that nobody reads the frame's bytes after this one has returned.
            await DropAsync(link);
            cancellationToken.ThrowIfCancellationRequested();
            _problem = exception.Message;
            Log.FrameNotConfirmed(logger, name, address, exception.Message);
            return false;
        }
    }

    private ValueTask<Link> OpenAsync(CancellationToken cancellationToken)
    {
        return _link is { IsOpen: true } open ? new ValueTask<Link>(open) : OpenAnewAsync();

        async ValueTask<Link> OpenAnewAsync()
        {
            await _opening.WaitAsync(cancellationToken);
            try
            {
                if (_link is { IsOpen: true } opened)
                {
                    return opened;
                }
                await DropAsync(_link);
                var link = await ConnectAsync(cancellationToken);
                Volatile.Write(ref _link, link);
                return link;
            }
            finally
            {
                _opening.Release();
            }
        }
    }

    private async Task<Link> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await BrokerConnection.OpenAsync(address, "obs.telemetry publisher", cancellationToken);
        try
        {
            var frames = await TelemetryStream.DeclareAsync(connection, options, logger, cancellationToken);
            if (frames == 0 && !_hasSettled && options.NewStreamSettlesFor > TimeSpan.Zero)
            {
                await Task.Delay(options.NewStreamSettlesFor, time, cancellationToken);
            }
            _hasSettled = true;
            var withConfirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            var channel = await connection.CreateChannelAsync(withConfirms, cancellationToken);
            Log.PublisherConnected(logger, address);
            return new Link(connection, channel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Only the link that failed: another call may have replaced it already.</summary>
    private async ValueTask DropAsync(Link? failed)
    {
        if (failed is not null && Interlocked.CompareExchange(ref _link, null, failed) == failed)
        {
            await failed.DisposeAsync();
        }
    }

    private sealed record Link(IConnection Connection, IChannel Channel) : IAsyncDisposable
    {
        public bool IsOpen => Connection.IsOpen && Channel.IsOpen;

        public async ValueTask DisposeAsync()
        {
            // Aborts instead of closing: the broker may be gone, and a polite goodbye would wait for its answer.
            await Connection.AbortAsync();
            await Connection.DisposeAsync();
        }
    }
}
