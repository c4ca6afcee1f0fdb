using Observability.Contracts;
using Observability.Messaging;
using Observability.Notifier.Delivering;
using Observability.Notifier.Recording;

namespace Observability.Notifier.Consuming;

/// <summary>
/// Takes an intent: when the task ends it is on disk, and the sender may forget it. The same id again changes nothing. Delivering is told and not waited
/// for, so that no endpoint can hold up the queue.
/// </summary>
internal sealed class IntentConsumer(NoticeJournal journal, DeliveryDispatcher dispatcher, TimeProvider time) : IIntentConsumer
{
    /// <exception cref="IOException">The store has no room or is away: the intent was not taken.</exception>
    public async ValueTask ConsumeAsync(NotificationIntent intent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(intent);
        var row = DeliveryRow.Of(intent, time.GetUtcNow());
        if (await journal.AddAsync([new NewNotice(intent, row)], [], cancellationToken))
        {
            dispatcher.Enqueue(row);
        }
    }
}
