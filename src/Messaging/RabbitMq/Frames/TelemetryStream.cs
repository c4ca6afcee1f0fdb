using System.Globalization;
using Microsoft.Extensions.Logging;
using Observability.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Observability.Messaging.RabbitMq.Frames;

/// <summary>
/// The stream <see cref="QueueNames.Telemetry"/>, declared by whichever side comes first, at each connection: a broker that was set up anew has it again
/// before the first frame.
/// </summary>
internal static class TelemetryStream
{
    private const ushort PreconditionFailed = 406;

    public static Dictionary<string, object?> Arguments(RabbitMqOptions options) => new()
    {
        ["x-queue-type"] = "stream",
        ["x-max-length-bytes"] = options.TelemetryMaximumBytes,
        ["x-max-age"] = ((long)options.TelemetryMaximumAge.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s",
        ["x-stream-max-segment-size-bytes"] = options.TelemetrySegmentBytes,
    };

    /// <summary>Returns how many frames it holds, about.</summary>
    /// <exception cref="OperationInterruptedException">The broker is not ready (404, 541), or has lost the stream.</exception>
    public static async Task<uint> DeclareAsync(IConnection connection, RabbitMqOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return await DeclareAsync(connection, channel =>
                channel.QueueDeclareAsync(QueueNames.Telemetry, durable: true, exclusive: false, autoDelete: false, Arguments(options), cancellationToken: cancellationToken), cancellationToken);
        }
        catch (OperationInterruptedException refusal) when (refusal.ShutdownReason?.ReplyCode == PreconditionFailed)
        {
            // The other side, or an older version, declared it with other limits. They are no reason to stand still.
            Log.StreamHasOtherLimits(logger, refusal.ShutdownReason.ReplyText);
            return await DeclareAsync(connection, channel => channel.QueueDeclarePassiveAsync(QueueNames.Telemetry, cancellationToken), cancellationToken);
        }
    }

    /// <summary>A channel of its own, because a refusal closes the channel.</summary>
    private static async Task<uint> DeclareAsync(IConnection connection, Func<IChannel, Task<QueueDeclareOk>> declare, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return (await declare(channel)).MessageCount;
    }
}
