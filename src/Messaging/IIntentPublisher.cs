using Observability.Contracts;

namespace Observability.Messaging;

/// <summary>RuleEngine's side of the intent border.</summary>
public interface IIntentPublisher
{
    /// <summary>Hands over one intent and returns when the receiver has it on disk. Retries under the same id, bounded only by the token.</summary>
    ValueTask PublishAsync(NotificationIntent intent, CancellationToken cancellationToken);
}

/// <summary>Notifier's side of the intent border.</summary>
public interface IIntentConsumer
{
    /// <summary>Stores the intent (the same id twice is one) and returns when it is on disk. A throw means that it was not taken: it will come again.</summary>
    ValueTask ConsumeAsync(NotificationIntent intent, CancellationToken cancellationToken);
}
