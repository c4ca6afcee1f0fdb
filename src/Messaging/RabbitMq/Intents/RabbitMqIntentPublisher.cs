using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Logging;
using Observability.Contracts;

namespace Observability.Messaging.RabbitMq.Intents;

/// <summary>Puts intents into their queue and returns with the broker's confirm. The message's id is the intent's, also when it is sent again.</summary>
internal sealed class RabbitMqIntentPublisher(IntentBus bus, RabbitMqAddress address, TimeProvider time, ILogger<RabbitMqIntentPublisher> logger) : IIntentPublisher, IDisposable
{
    /// <summary>Intents are a few kilobytes and the outbox keeps what waits; throughput no longer grows above it.</summary>
    private const int MostUnderWay = 64;

    /// <summary>Confirms that came at all came within 20 s of a restart of the broker; some calls never return, so there has to be a bound.</summary>
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _room = new(MostUnderWay);

    public async ValueTask PublishAsync(NotificationIntent intent, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            var started = await bus.StartedAsync(cancellationToken);
            var backoff = new Backoff();
            while (!await TryPublishAsync(started, intent, cancellationToken))
            {
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task<bool> TryPublishAsync(IBus started, NotificationIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            // The token bounds the wait and is kept from the client, which 7.1.2 leaves with a lost semaphore slot when it fires.
            await started.Publish(intent, context => Address(context, intent), CancellationToken.None).WaitAsync(ConfirmTimeout, time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsLoss(exception))
        {
            Log.IntentNotConfirmed(logger, intent.Id, address, exception.Message);
            return false;
        }
    }

    private static void Address(PublishContext<NotificationIntent> context, NotificationIntent intent)
    {
        context.MessageId = Guid.ParseExact(intent.Id, "N");
        context.TimeToLive = null;
        if (context.TryGetPayload<RabbitMqSendContext>(out var message))
        {
            message.Mandatory = true;
            message.BasicProperties.Type = string.Create(CultureInfo.InvariantCulture, $"notification-intent.v{NotificationIntent.CurrentVersion}");
        }
    }

    private static bool IsLoss(Exception exception) => BrokerConnection.IsLoss(exception) || exception is MassTransitException;
}
