using Observability.Contracts;

namespace Observability.Messaging.InProcess;

/// <summary>The intent border inside one process; see <see cref="InProcessFramePublisher"/>.</summary>
public sealed class InProcessIntentPublisher(IIntentConsumer consumer, TimeProvider time) : IIntentPublisher
{
    public ValueTask PublishAsync(NotificationIntent intent, CancellationToken cancellationToken) =>
        Redelivery.UntilTakenAsync(() => consumer.ConsumeAsync(intent, cancellationToken), time, cancellationToken);
}
