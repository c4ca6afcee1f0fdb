using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Observability.Contracts;
using Observability.Messaging;
using Observability.TestKit;
using RabbitMQ.Client;

namespace Observability.Integration.Tests.Messaging;

/// <summary>The intent border over a real broker.</summary>
public sealed class IntentQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Intents_wait_for_a_notifier_that_never_ran_and_are_taken_once_by_id_although_refused_first()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.IntentPublisherAsync(broker);
        await PublishAsync(publisher, 1, 20);
        await PublishAsync(publisher, 1, 1);

        var ledger = new IntentLedger(call => call <= 3 ? new IOException("the disk is full") : call <= 5 ? new InvalidOperationException("a bug") : null);
        await using var consumer = await Side.IntentConsumerAsync(broker, ledger);
        await Eventually.TrueAsync(() => ledger.Intents.Count == 20, Patience, "20 intents are taken");
        await Eventually.TrueAsync(() => ledger.Calls >= 26, Patience, "the repeat was delivered too, and is the same intent");
        var taken = ledger.Intents[Intent(7).Id];
        Assert.Equal(JsonSerializer.Serialize(Intent(7), ContractJson.Default.NotificationIntent), JsonSerializer.Serialize(taken, ContractJson.Default.NotificationIntent));
    }

    [Fact]
    public async Task A_message_on_the_wire_is_the_plain_json_of_contracts_named_by_the_intents_id()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.IntentPublisherAsync(broker);
        await PublishAsync(publisher, 1, 1);
        await using var connection = await new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);

        var message = await channel.BasicGetAsync(QueueNames.Intents, autoAck: false, Cancellation);

        Assert.NotNull(message);
        Assert.Equal(JsonSerializer.Serialize(Intent(1), ContractJson.Default.NotificationIntent), System.Text.Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(Intent(1).Id, message.BasicProperties.MessageId!.Replace("-", "", StringComparison.Ordinal));
        Assert.Equal("application/json", message.BasicProperties.ContentType);
        Assert.True(message.BasicProperties.Persistent);
    }

    [Fact]
    public async Task An_intent_that_is_never_taken_becomes_a_dead_letter_and_does_not_hold_up_the_others()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.IntentPublisherAsync(broker);
        var poison = Intent(1).Id;
        var ledger = new IntentLedger(_ => null, intent => intent.Id == poison);
        await using var consumer = await Side.IntentConsumerAsync(broker, ledger);
        await PublishAsync(publisher, 1, 5);
        await Eventually.TrueAsync(() => ledger.Intents.Count == 4, Patience, "the others are taken");

        await using var connection = await new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        BasicGetResult? dead = null;
        await Eventually.TrueAsync(
            async () => (dead = await channel.BasicGetAsync(QueueNames.DeadLetters, autoAck: true, Cancellation)) is not null, Patience, "the dead letter arrives");
        Assert.Equal(poison, dead!.BasicProperties.MessageId!.Replace("-", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_that_was_confirmed_is_lost_when_the_broker_is_killed()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.IntentPublisherAsync(broker);
        var ledger = new IntentLedger(_ => null);
        await using var consumer = await Side.IntentConsumerAsync(broker, ledger);
        var underLoad = PublishAsync(publisher, 1, 3000);
        await Eventually.TrueAsync(() => ledger.Intents.Count > 100, Patience, "publishing is under way");
        await broker.Kill9Async();
        await broker.RestartAsync(Cancellation);
        await underLoad.WaitAsync(TimeSpan.FromSeconds(90), Cancellation);
        await Eventually.TrueAsync(() => ledger.Intents.Count == 3000, Patience, "all confirmed intents are taken");
        TestContext.Current.TestOutputHelper?.WriteLine($"3000 confirmed, {ledger.Intents.Count} taken, {ledger.Calls - 3000} repeats");
    }

    private static NotificationIntent Intent(int ordinal) => new()
    {
        Id = NotificationIntent.IdOf("{}/{pipeline=\"orders\"}", "data", "slack[0]", ordinal),
        GroupKey = "{}/{pipeline=\"orders\"}",
        Receiver = "data",
        Integration = "slack[0]",
        Ordinal = ordinal,
        Incident = 1,
        Kind = IntentKind.Firing,
        Environment = "prod",
        DecidedAt = new DateTimeOffset(2026, 11, 21, 3, 12, 0, TimeSpan.Zero),
        GroupLabels = new Dictionary<string, string> { ["pipeline"] = "orders" },
        Alerts =
        [
            new NoticeAlert
            {
                Fingerprint = "00000000000000ff",
                Firing = true,
                Labels = new Dictionary<string, string> { ["alertname"] = "RunFailed", ["pipeline"] = "orders" },
                StartsAt = new DateTimeOffset(2026, 11, 21, 3, 11, 59, TimeSpan.Zero),
                Why = [new WhyStep("route", true, "team=\"data\" → data")],
            },
        ],
    };

    private static Task PublishAsync(Side side, int first, int count)
    {
        var publisher = side.Services.GetRequiredService<IIntentPublisher>();
        return Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancellation },
            (ordinal, cancellationToken) => publisher.PublishAsync(Intent(ordinal), cancellationToken));
    }

    private sealed class IntentLedger(Func<int, Exception?> failureOfCall, Func<NotificationIntent, bool>? isPoison = null) : IIntentConsumer
    {
        private readonly ConcurrentDictionary<string, NotificationIntent> _intents = new();
        private int _calls;

        public IReadOnlyDictionary<string, NotificationIntent> Intents => _intents;

        public int Calls => _calls;

        public ValueTask ConsumeAsync(NotificationIntent intent, CancellationToken cancellationToken)
        {
            if (failureOfCall(Interlocked.Increment(ref _calls)) is { } failure)
            {
                throw failure;
            }
            if (isPoison?.Invoke(intent) == true)
            {
                throw new InvalidOperationException("this one cannot be stored");
            }
            _intents[intent.Id] = intent;
            return ValueTask.CompletedTask;
        }
    }
}
