using System.Net.Sockets;

namespace Observability.TestKit;

/// <summary>Asks once whether a server is up; "no" is an answer, not an exception.</summary>
internal static class ServerProbe
{
    public static async Task<bool> AnswersAsync(HttpClient http, Uri url)
    {
        try
        {
            using var response = await http.GetAsync(url);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Connects, sends <paramref name="greeting"/> and says whether the first bytes of the answer are acceptable.</summary>
    public static async Task<bool> AnswersAsync(int port, ReadOnlyMemory<byte> greeting, Func<byte[], bool> isAcceptable)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, patience.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(greeting, patience.Token);
            var buffer = new byte[64];
            var read = await stream.ReadAsync(buffer, patience.Token);
            return read > 0 && isAcceptable(buffer[..read]);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
