using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Observability.Contracts;
using Observability.Messaging;
using Observability.TestKit;
using RabbitMQ.Client;

namespace Observability.Integration.Tests.Messaging;

/// <summary>The telemetry border over a real broker. Each test has a broker of its own: the stream's name is fixed.</summary>
public sealed class TelemetryStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_arrive_with_their_bytes_a_refused_one_comes_again_and_a_restarted_consumer_goes_on_where_it_was()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.TelemetryPublisherAsync(broker);
        var ledger = new FrameLedger();
        ledger.RefuseNext(2);
        await using (await Side.TelemetryConsumerAsync(broker, ledger))
        {
            await PublishAsync(publisher, 1, 100, size: 64 * 1024);
            await Eventually.TrueAsync(() => ledger.TakenCount == 100, Patience, "100 frames are taken");
            Assert.Equal(0, ledger.DamagedCount);
            Assert.Equal(102, ledger.Deliveries.Count);
            await Eventually.TrueAsync(async () => (await HealthAsync(publisher)).Status == HealthStatus.Healthy, Patience, "the publisher is healthy");
            // A refused frame holds the offset back while others overtake it. One more frame behind all of them carries it past.
            await PublishAsync(publisher, 101, 1);
            await Eventually.TrueAsync(() => ledger.TakenCount == 101, Patience, "the frame behind them is taken");
        }

        await PublishAsync(publisher, 102, 20);
        var resumed = new FrameLedger(ledger.NextOffset);
        await using (await Side.TelemetryConsumerAsync(broker, resumed))
        {
            await Eventually.TrueAsync(() => Enumerable.Range(102, 20).All(sequence => resumed.HasTaken(Frames.Name(sequence))), Patience, "what came meanwhile is taken");
            // The consumer is told an offset behind which nothing is open, so at most what was under way at once comes twice.
            Assert.InRange(resumed.TakenCount, 20, 20 + 32);
        }
    }

    [Fact]
    public async Task Consuming_resumes_exactly_behind_a_frame_that_was_taken_alone()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.TelemetryPublisherAsync(broker);
        var ledger = new FrameLedger();
        await using (await Side.TelemetryConsumerAsync(broker, ledger))
        {
            for (var sequence = 1; sequence <= 5; sequence++)
            {
                await PublishAsync(publisher, sequence, 1);
                await Eventually.TrueAsync(() => ledger.TakenCount == sequence, Patience, $"frame {sequence} is taken");
            }
        }
        var resumed = new FrameLedger(ledger.NextOffset);
        await using (await Side.TelemetryConsumerAsync(broker, resumed))
        {
            await PublishAsync(publisher, 6, 1);
            await Eventually.TrueAsync(() => resumed.TakenCount > 0, Patience, "the next frame is taken");
            Assert.Equal([Frames.Name(6)], resumed.Deliveries);
        }
    }

    [Fact]
    public async Task Nothing_that_was_confirmed_is_lost_when_the_broker_is_killed_in_mid_publish_and_when_it_is_stopped()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.TelemetryPublisherAsync(broker);
        var ledger = new FrameLedger();
        await using var consumer = await Side.TelemetryConsumerAsync(broker, ledger);
        await PublishAsync(publisher, 1, 10);
        await broker.WaitUntilStreamsSurviveKillAsync();

        var underLoad = PublishAsync(publisher, 11, 3000, size: 20_000);
        await Eventually.TrueAsync(() => ledger.TakenCount > 300, Patience, "publishing is under way");
        await broker.Kill9Async();
        Assert.False(underLoad.IsCompleted);
        await Eventually.TrueAsync(async () => (await HealthAsync(publisher)).Status == HealthStatus.Unhealthy, Patience, "the publisher says that the broker is away");
        Assert.Contains("RabbitMQ at 127.0.0.1", (await HealthAsync(publisher)).Description, StringComparison.Ordinal);
        await broker.RestartAsync(Cancellation);
        await underLoad.WaitAsync(Patience, Cancellation);
        await Eventually.TrueAsync(() => ledger.TakenCount == 3010, Patience, $"all confirmed frames are taken; {ledger.TakenCount} of 3010");

        await broker.RestartAsync(Cancellation);
        await PublishAsync(publisher, 3011, 100).WaitAsync(Patience, Cancellation);
        await Eventually.TrueAsync(() => ledger.TakenCount == 3110, Patience, "frames arrive after a stop and a start");
        Assert.Equal(0, ledger.DamagedCount);
        TestContext.Current.TestOutputHelper?.WriteLine($"3110 confirmed, {ledger.TakenCount} taken, {ledger.Deliveries.Count - ledger.TakenCount} repeats");
    }

    [Fact]
    public async Task A_deleted_stream_is_declared_anew_and_read_from_its_first_frame()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.TelemetryPublisherAsync(broker);
        var ledger = new FrameLedger();
        await using var consumer = await Side.TelemetryConsumerAsync(broker, ledger);
        await PublishAsync(publisher, 1, 50);
        await Eventually.TrueAsync(() => ledger.TakenCount == 50, Patience, "50 frames are taken");

        await using (var connection = await ConnectAsync(broker))
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
            await channel.QueueDeleteAsync(QueueNames.Telemetry, ifUnused: false, ifEmpty: false, Cancellation);
        }
        await PublishAsync(publisher, 51, 20).WaitAsync(Patience, Cancellation);
        await Eventually.TrueAsync(() => ledger.TakenCount == 70, Patience, "the frames of the new stream are taken although their offsets are below the known one");
    }

    [Fact]
    public async Task A_message_on_the_wire_is_the_frame_with_its_content_type_and_name_and_a_foreign_one_is_passed_over()
    {
        await using var broker = await RabbitMqServer.StartOwnAsync(Cancellation).OrSkipAsync();
        await using var publisher = await Side.TelemetryPublisherAsync(broker);
        await PublishAsync(publisher, 1, 1);
        await using var connection = await ConnectAsync(broker);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        await channel.BasicPublishAsync("", QueueNames.Telemetry, Encoding.UTF8.GetBytes("not ours"), Cancellation);
        await PublishAsync(publisher, 2, 1);

        var (properties, body) = await FirstMessageAsync(channel);
        Assert.Equal("application/vnd.observability.frame", properties.ContentType);
        Assert.Equal("00f1c2d3e4a5b6c7-1", properties.MessageId);
        Assert.Equal("00f1c2d3e4a5b6c7", Encoding.ASCII.GetString(Assert.IsType<byte[]>(properties.Headers!["obs-incarnation"])));
        Assert.Equal("1", Encoding.ASCII.GetString(Assert.IsType<byte[]>(properties.Headers["obs-sequence"])));
        Assert.Equal(1, properties.Headers["obs-version"]);
        Assert.Equal(Frames.Bytes(Frames.Name(1)), body);

        var ledger = new FrameLedger();
        await using var consumer = await Side.TelemetryConsumerAsync(broker, ledger);
        await Eventually.TrueAsync(() => ledger.TakenCount == 2, Patience, "both frames are taken");
    }

    private static async Task PublishAsync(Side side, int first, int count, int size = 200)
    {
        var publisher = side.Services.GetRequiredService<IFramePublisher>();
        await Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancellation },
            (sequence, cancellationToken) => publisher.PublishAsync(Frames.Name(sequence), Frames.Bytes(Frames.Name(sequence), size), cancellationToken));
    }

    private static async Task<HealthReportEntry> HealthAsync(Side side) =>
        (await side.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation)).Entries["rabbitmq-telemetry-publisher"];

    private static Task<IConnection> ConnectAsync(RabbitMqServer broker) => new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync(Cancellation);

    private static async Task<(IReadOnlyBasicProperties Properties, byte[] Body)> FirstMessageAsync(IChannel channel)
    {
        await channel.BasicQosAsync(0, 1, global: false, Cancellation);
        var received = new TaskCompletionSource<(IReadOnlyBasicProperties, byte[])>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            received.TrySetResult((new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray()));
            return Task.CompletedTask;
        };
        var fromFirst = new Dictionary<string, object?> { ["x-stream-offset"] = "first" };
        await channel.BasicConsumeAsync(QueueNames.Telemetry, autoAck: false, "", noLocal: false, exclusive: false, fromFirst, consumer, Cancellation);
        return await received.Task.WaitAsync(Patience, Cancellation);
    }
}
