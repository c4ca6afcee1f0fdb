using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Contracts;
using RabbitMQ.Client;

namespace Observability.Messaging.RabbitMq.Frames;

/// <summary>
/// Reads the stream from where the consumer's journal is and goes on doing so: a broker that is away, a stream that is not ready after a restart (404, 541) and a
/// cancelled subscription all end in a new connection that resumes behind the last frame taken.
/// </summary>
internal sealed class RabbitMqFrameConsumer(
    IFrameConsumer consumer, RabbitMqAddress address, RabbitMqOptions options, TimeProvider time, ILogger<RabbitMqFrameConsumer> logger)
    : BackgroundService, IBrokerUser
{
    /// <summary>
    /// The frame taken last is asked for again and comes at once, because retention never removes a stream's last file. A stream that does not show it for so
    /// long is shorter than what was read: it is another one.
    /// </summary>
    private static readonly TimeSpan KnownFrameTimeout = TimeSpan.FromSeconds(10);

    private volatile string? _problem = "not connected yet";

    public string? Problem => _problem;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var progress = new StreamProgress(consumer.NextOffset);
        var backoff = new Backoff();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wasReading = await ReadAsync(progress, stoppingToken);
                backoff = wasReading ? new Backoff() : backoff;
            }
            catch (Exception exception) when (BrokerConnection.IsLoss(exception) && !stoppingToken.IsCancellationRequested)
            {
                Interrupted(exception.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(backoff.Next(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns true when at least one frame came before the subscription ended.</summary>
    private async Task<bool> ReadAsync(StreamProgress progress, CancellationToken stoppingToken)
    {
        await using var connection = await BrokerConnection.OpenAsync(address, "obs.telemetry consumer", stoppingToken);
        await TelemetryStream.DeclareAsync(connection, options, logger, stoppingToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        await channel.BasicQosAsync(0, StreamReader.Prefetch, global: false, stoppingToken);
        var taken = progress.Taken;
        using var reader = new StreamReader(channel, consumer, progress, time, logger);
        object from = taken is { } last ? last.Offset : "first";
        await channel.BasicConsumeAsync(
            QueueNames.Telemetry, autoAck: false, "", noLocal: false, exclusive: false, new Dictionary<string, object?> { ["x-stream-offset"] = from }, reader, stoppingToken);
        _problem = null;
        Log.ConsumerConnected(logger, address, Convert.ToString(from, CultureInfo.InvariantCulture)!);
        var (end, reason) = await EndOfAsync(reader, isResumed: taken is not null, stoppingToken);
        await reader.StopAsync(end, reason);
        await connection.AbortAsync();
        if (end == ReadingEnd.StreamIsNew)
        {
            Log.StreamIsNew(logger, taken!.Value.Offset);
            progress.StartOver();
        }
        else
        {
            progress.Forget();
            Interrupted(reason);
        }
        return reader.FirstDelivery.IsCompletedSuccessfully;
    }

    private async Task<(ReadingEnd End, string Reason)> EndOfAsync(StreamReader reader, bool isResumed, CancellationToken stoppingToken)
    {
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken);
        if (isResumed)
        {
            var known = Task.Delay(KnownFrameTimeout, time, stoppingToken);
            if (await Task.WhenAny(reader.FirstDelivery, reader.Ended, known) == known && !stoppingToken.IsCancellationRequested)
            {
                return (ReadingEnd.StreamIsNew, "the frame taken last is not in the stream");
            }
        }
        return await Task.WhenAny(reader.Ended, stopped) == stopped ? (ReadingEnd.Interrupted, "stopping") : await reader.Ended;
    }

    private void Interrupted(string reason)
    {
        _problem = reason;
        Log.ConsumerInterrupted(logger, address, reason);
    }
}
