using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Observability.Messaging.RabbitMq;

/// <summary>Connections for the telemetry stream, and which exceptions mean that one is lost.</summary>
internal static class BrokerConnection
{
    /// <summary>A frozen peer is noticed after two of them.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>For the handshake and for each request like a declaration: the server of a stream that comes up after a crash may need some seconds.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);

    public static Task<IConnection> OpenAsync(RabbitMqAddress address, string name, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            HostName = address.Host,
            Port = address.Port,
            UserName = address.User,
            Password = address.Password,
            VirtualHost = address.VirtualHost,
            ClientProvidedName = name,
            RequestedHeartbeat = Heartbeat,
            ContinuationTimeout = RequestTimeout,
            RequestedConnectionTimeout = RequestTimeout,
            // We reconnect ourselves: what has to be declared, resumed and sent again is known here and not to the client.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
        };
        factory.Ssl.Enabled = address.UseTls;
        factory.Ssl.ServerName = address.Host;
        return factory.CreateConnectionAsync(cancellationToken);
    }

    /// <summary>A broker that is away, starting, or has closed on us; anything else is a bug of ours.</summary>
    public static bool IsLoss(Exception exception) =>
        exception is RabbitMQClientException or IOException or SocketException or TimeoutException or ObjectDisposedException or OperationCanceledException;
}
