using System.Net.WebSockets;
using System.Text;

namespace Observability.Portal.Tests;

/// <summary>A client of the Portal's WebSockets.</summary>
internal static class Following
{
    private const int LongestMessageBytes = 1 << 20;

    public static async Task<ClientWebSocket> FollowAsync(this PortalWorld world, string address)
    {
        var socket = new ClientWebSocket();
        await world.ConnectAsync(socket, address);
        return socket;
    }

    public static Task ConnectAsync(this PortalWorld world, ClientWebSocket socket, string address) =>
        socket.ConnectAsync(new Uri($"ws://{world.Client.BaseAddress!.Authority}{address}"), TestContext.Current.CancellationToken);

    /// <summary>The next message, whole.</summary>
    public static async Task<string> MessageAsync(this ClientWebSocket socket)
    {
        var (buffer, length) = (new byte[LongestMessageBytes], 0);
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), TestContext.Current.CancellationToken);
            Assert.True(received.MessageType == WebSocketMessageType.Text, $"{received.MessageType}: {received.CloseStatusDescription}");
            length += received.Count;
        }
        while (!received.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
