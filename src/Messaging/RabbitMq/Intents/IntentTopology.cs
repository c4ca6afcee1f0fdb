using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MassTransit;
using Observability.Contracts;

namespace Observability.Messaging.RabbitMq.Intents;

/// <summary>
/// The quorum queue of intents and where its failed ones go, alike on both sides, so that whichever comes first sets it up: intents wait in the queue for a
/// Notifier that has never run. Messages are the plain JSON of Contracts, readable with any tool of RabbitMQ.
/// </summary>
internal static class IntentTopology
{
    /// <summary>Deliveries after which an intent is a dead letter. A killed Notifier and a lost connection count as well, so it is far above the tries of a bug.</summary>
    public const int DeliveryLimit = 20;

    /// <summary>Then publishers are refused and intents stay in the outbox: 1 GiB of intents of a few kilobytes that nobody fetches is a Notifier that is away for good.</summary>
    public const long MaximumBytes = 1L << 30;

    /// <summary>Dead letters are for people to look at; the oldest make room.</summary>
    public const long MaximumDeadLetterBytes = 256L << 20;

    public static IReadOnlyDictionary<string, object> QueueArguments { get; } = new Dictionary<string, object>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-max-length-bytes"] = MaximumBytes,
        // With at-least-once a dead letter leaves this queue only when the other one has it; that needs reject-publish.
        ["x-overflow"] = "reject-publish",
        ["x-dead-letter-exchange"] = QueueNames.DeadLetters,
        ["x-dead-letter-strategy"] = "at-least-once",
    };

    public static IReadOnlyDictionary<string, object> DeadLetterArguments { get; } = new Dictionary<string, object>
    {
        ["x-queue-type"] = "quorum",
        ["x-max-length-bytes"] = MaximumDeadLetterBytes,
    };

    public static void ConfigureMessages(IRabbitMqBusFactoryConfigurator bus)
    {
        bus.UseRawJsonSerializer(RawSerializerOptions.AnyMessageType, isDefault: true);
        bus.ConfigureJsonSerializerOptions(_ => JsonOptions());
        bus.Message<NotificationIntent>(message => message.SetEntityName(QueueNames.Intents));
        bus.Publish<NotificationIntent>(publish => publish.BindQueue(QueueNames.Intents, QueueNames.Intents, queue => Apply(QueueArguments, queue)));
    }

    public static void ConfigureEndpoint(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        // The publisher's exchange carries the queue's name, which is the endpoint's own exchange: nothing to bind.
        endpoint.ConfigureConsumeTopology = false;
        Apply(QueueArguments, endpoint);
        endpoint.BindDeadLetterQueue(QueueNames.DeadLetters, QueueNames.DeadLetters, queue => Apply(DeadLetterArguments, queue));
        endpoint.PublishFaults = false;
        // A failed intent goes back into the queue, whose limit decides, and not aside after the first failure.
        endpoint.RethrowFaultedMessages();
        endpoint.ThrowOnSkippedMessages();
    }

    /// <summary>MassTransit wraps messages of its own only in envelopes, which are not used; so the options are those of Contracts.</summary>
    private static JsonSerializerOptions JsonOptions() => new(ContractJson.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(ContractJson.Default, new DefaultJsonTypeInfoResolver()),
    };

    private static void Apply(IReadOnlyDictionary<string, object> arguments, IRabbitMqQueueConfigurator queue)
    {
        queue.Durable = true;
        foreach (var (name, value) in arguments)
        {
            queue.SetQueueArgument(name, value);
        }
    }
}
