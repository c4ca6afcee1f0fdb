using System.Net;
using System.Net.WebSockets;

namespace Observability.Cli.Speaking;

/// <summary>Follows a WebSocket of the product, message by message.</summary>
internal sealed class TailConnection(Uri url, string? key)
{
    /// <summary>The server sends a thousand lines at most in one message; more than this is not our server.</summary>
    private const int MaximumMessageBytes = 64 << 20;

    /// <summary>A message of usual size in one piece.</summary>
    private const int BufferBytes = 64 << 10;

    /// <summary>Waits for messages and gives each to <paramref name="take"/> until the server says goodbye.</summary>
    /// <returns>False when the server had no place or refused: its reason is asked for over plain HTTP.</returns>
    /// <exception cref="ServerRefusedException">It cannot be reached, ended with a reason, or broke off.</exception>
    public async Task<bool> TryFollowAsync(string address, Func<string, Task> take, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (!string.IsNullOrEmpty(key))
        {
            socket.Options.SetRequestHeader(ServerConnection.KeyHeader, key);
        }
        try
        {
            await socket.ConnectAsync(AddressOf(address), cancellationToken);
        }
        catch (WebSocketException exception) when (socket.HttpStatusCode == default)
        {
            throw new ServerRefusedException($"{url} cannot be reached: {exception.GetBaseException().Message}; --url names the server", ExitCode.Unreachable);
        }
        catch (WebSocketException) when (socket.HttpStatusCode == HttpStatusCode.TooManyRequests)
        {
            throw new ServerRefusedException($"{url} follows for as many as it can; end another tail and try again", ExitCode.Failed);
        }
        catch (WebSocketException)
        {
            return false;
        }
        try
        {
            while (await ReadAsync(socket, cancellationToken) is { } message)
            {
                await take(message);
            }
        }
        catch (WebSocketException exception)
        {
            throw new ServerRefusedException($"{url} broke off: {exception.Message}", ExitCode.Unreachable);
        }
        if (socket.CloseStatus is { } status and not WebSocketCloseStatus.NormalClosure)
        {
            throw new ServerRefusedException($"{url} ended it ({(int)status}): {TerminalText.OneLine(socket.CloseStatusDescription ?? "")}", ExitCode.Failed);
        }
        return true;
    }

    private Uri AddressOf(string address) => new UriBuilder(new Uri(url, address)) { Scheme = url.Scheme == "https" ? "wss" : "ws" }.Uri;

    // Null when the server has said goodbye.
    private static async Task<string?> ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        using var message = new MemoryStream();
        while (true)
        {
            var piece = await socket.ReceiveAsync(buffer, cancellationToken);
            if (piece.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                return null;
            }
            if (message.Length + piece.Count > MaximumMessageBytes)
            {
                throw new ServerRefusedException($"a message is longer than {MaximumMessageBytes >> 20} MiB; is this the product's base URL?", ExitCode.Failed);
            }
            message.Write(buffer, 0, piece.Count);
            if (piece.EndOfMessage)
            {
                return System.Text.Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
            }
        }
    }
}
