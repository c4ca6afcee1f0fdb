using System.Net;
using System.Net.Sockets;

namespace Observability.TestKit;

/// <summary>
/// Ports on 127.0.0.1 that nobody listens on. They are taken from below the range that the kernel uses for outgoing connections
/// (32768 and up on Linux), because a port from that range may be used by any client before the server that wants it has started;
/// no port is given twice in a process.
/// </summary>
public static class FreePorts
{
    private const int First = 15_000;
    private const int AfterLast = 32_000;

    private static readonly Lock _lock = new();
    private static readonly HashSet<int> _given = [];

    public static int Next() => NextWith();

    /// <summary>A port <c>p</c> such that <c>p</c> and each <c>p + offset</c> are free: some servers derive a second port from the first.</summary>
    /// <exception cref="InvalidOperationException">1,000 ports were tried and none was free: something on this machine leaks listeners.</exception>
    public static int NextWith(params ReadOnlySpan<int> offsets)
    {
        lock (_lock)
        {
            for (var attempt = 0; attempt < 1_000; attempt++)
            {
                var port = Random.Shared.Next(First, AfterLast);
                if (TryTake(port, offsets))
                {
                    return port;
                }
            }
        }
        throw new InvalidOperationException($"no free port between {First} and {AfterLast} after 1,000 attempts");
    }

    private static bool TryTake(int port, ReadOnlySpan<int> offsets)
    {
        if (!IsFree(port))
        {
            return false;
        }
        foreach (var offset in offsets)
        {
            if (!IsFree(port + offset))
            {
                return false;
            }
        }
        _given.Add(port);
        foreach (var offset in offsets)
        {
            _given.Add(port + offset);
        }
        return true;
    }

    private static bool IsFree(int port)
    {
        if (_given.Contains(port))
        {
            return false;
        }
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
