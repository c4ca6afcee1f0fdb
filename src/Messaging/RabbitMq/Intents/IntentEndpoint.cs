using MassTransit;
using Observability.Contracts;
using Observability.Messaging.InProcess;

namespace Observability.Messaging.RabbitMq.Intents;

/// <summary>
/// Hands intents to the Notifier and acknowledges what it has stored. A store that is away is asked again, with the intent still in the broker's hands; any other
/// failure puts the intent back into the queue, and at the queue's limit among the dead letters.
/// </summary>
internal sealed class IntentEndpoint(IIntentConsumer consumer, TimeProvider time) : IConsumer<NotificationIntent>
{
    /// <summary>Intents under way at once: enough that one sync of the Notifier's journal stores several.</summary>
    private const int MostUnderWay = 50;

    /// <summary>Before an intent goes back into the queue, so that a failing consumer does not spin.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)];

    public static void Configure(IRabbitMqBusFactoryConfigurator bus, IIntentConsumer consumer, TimeProvider time) =>
        bus.ReceiveEndpoint(QueueNames.Intents, endpoint =>
        {
            IntentTopology.ConfigureEndpoint(endpoint);
            endpoint.PrefetchCount = MostUnderWay;
            endpoint.ConcurrentMessageLimit = MostUnderWay;
            endpoint.UseMessageRetry(retry => retry.Intervals(Pauses));
            endpoint.Consumer(() => new IntentEndpoint(consumer, time));
        });

    public Task Consume(ConsumeContext<NotificationIntent> context) =>
        Redelivery.UntilTakenAsync(() => consumer.ConsumeAsync(context.Message, context.CancellationToken), time, context.CancellationToken).AsTask();
}
