using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Observability.TestKit.Tests.Servers;

public sealed class RabbitMqServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broker_shakes_hands_dies_and_comes_back_with_what_it_confirmed_in_a_queue_and_a_stream()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        Assert.True(await ShakesHandsAsync(broker));
        await PublishAsync(broker, "kept", "classic", "from a queue");
        await PublishAsync(broker, "kept.stream", "stream", "from a stream");
        await broker.WaitUntilStreamsSurviveKillAsync();

        await broker.Kill9Async();
        Assert.False(await ShakesHandsAsync(broker));

        await broker.RestartAsync(Cancellation);
        Assert.Equal("from a queue", await ConsumeOneAsync(broker, "kept", arguments: null));
        Assert.Equal("from a stream", await ConsumeOneOfStreamAsync(broker, "kept.stream"));
    }

    private static Task<bool> ShakesHandsAsync(RabbitMqServer broker) =>
        ServerProbe.AnswersAsync(broker.Port, RabbitMqServer.ProtocolHeader, RabbitMqServer.IsConnectionStart);

    private static Task<IConnection> ConnectAsync(RabbitMqServer broker) =>
        new ConnectionFactory { Uri = broker.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Cancellation);

    private static async Task PublishAsync(RabbitMqServer broker, string queue, string queueType, string text)
    {
        await using var connection = await ConnectAsync(broker);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Cancellation);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = queueType }, cancellationToken: Cancellation);
        // Returns when the broker has confirmed.
        await channel.BasicPublishAsync(
            "", queue, mandatory: true, new BasicProperties { Persistent = true }, System.Text.Encoding.UTF8.GetBytes(text), Cancellation);
    }

    /// <summary>A broker that was killed accepts clients before its streams run: until then a consumer is refused with 404 or 541 and has to ask again.</summary>
    private static async Task<string?> ConsumeOneOfStreamAsync(RabbitMqServer broker, string stream)
    {
        string? text = null;
        await Eventually.TrueAsync(TryAsync, TimeSpan.FromSeconds(30), $"{stream} can be read again");
        return text;

        async Task<bool> TryAsync()
        {
            try
            {
                text = await ConsumeOneAsync(broker, stream, new Dictionary<string, object?> { ["x-stream-offset"] = "first" });
                return true;
            }
            catch (OperationInterruptedException)
            {
                return false;
            }
        }
    }

    private static async Task<string> ConsumeOneAsync(RabbitMqServer broker, string queue, Dictionary<string, object?>? arguments)
    {
        await using var connection = await ConnectAsync(broker);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        await channel.BasicQosAsync(0, 1, global: false, Cancellation);
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            received.TrySetResult(System.Text.Encoding.UTF8.GetString(delivery.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, "", noLocal: false, exclusive: false, arguments, consumer, Cancellation);
        return await received.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }
}
