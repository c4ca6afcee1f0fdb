using System.Net;
using System.Text;
using System.Text.Json;

namespace Observability.Cli.Speaking;

/// <summary>A server's good answer.</summary>
/// <param name="Text">The body as it came.</param>
internal sealed record ServerAnswer(string Text)
{
    /// <exception cref="ServerRefusedException">It is not JSON: something else than the product answers there.</exception>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Text);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new ServerRefusedException($"the answer is not JSON ({exception.Message}); is this the product's base URL?", ExitCode.Failed);
        }
    }
}

/// <summary>The server did not do what was asked; the message is for the user.</summary>
internal sealed class ServerRefusedException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Speaks HTTP with the product and turns every failure into words.</summary>
internal sealed class ServerConnection : IDisposable
{
    /// <summary>An answer of more is no answer for a terminal; the APIs page below it.</summary>
    private const int MaximumAnswerBytes = 64 << 20;

    /// <summary>Longer than the servers' own limits for queries (60 s) and for one delivery (30 s).</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(70);

    /// <summary>Where a key of access.yaml stands.</summary>
    public const string KeyHeader = "X-Api-Key";

    private readonly HttpClient _http;
    private readonly TailConnection _tail;
    private readonly Uri _url;

    public ServerConnection(Uri url, string? key)
    {
        _url = url;
        _tail = new TailConnection(url, key);
        _http = new HttpClient { BaseAddress = url, Timeout = s_timeout, MaxResponseContentBufferSize = MaximumAnswerBytes };
        if (!string.IsNullOrEmpty(key))
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation(KeyHeader, key);
        }
    }

    public Task<ServerAnswer> GetAsync(string address, CancellationToken cancellationToken) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);

    /// <summary>Sends a form, so that a long expression does not have to fit into an address.</summary>
    public Task<ServerAnswer> PostFormAsync(string address, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) }, cancellationToken);

    public Task<ServerAnswer> PostJsonAsync(string address, string json, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, cancellationToken);

    /// <inheritdoc cref="TailConnection.TryFollowAsync"/>
    public Task<bool> TryFollowAsync(string address, Func<string, Task> take, CancellationToken cancellationToken) => _tail.TryFollowAsync(address, take, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<ServerAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var sent = request;
        try
        {
            using var response = await _http.SendAsync(sent, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? new ServerAnswer(text) : throw new ServerRefusedException(Explain(response.StatusCode, text), ExitCode.Failed);
        }
        catch (HttpRequestException exception)
        {
            throw new ServerRefusedException($"{_url} cannot be reached: {exception.Message}; --url names the server", ExitCode.Unreachable);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerRefusedException($"{_url} did not answer within {s_timeout.TotalSeconds:0} s", ExitCode.Unreachable);
        }
    }

    private string Explain(HttpStatusCode status, string text)
    {
        var reason = ReasonOf(text);
        return status switch
        {
            HttpStatusCode.Unauthorized => $"{_url} asks for a key: pass --key or set OBSERVABILITY_KEY{Behind(reason)}",
            HttpStatusCode.Forbidden => $"this key may not do that{Behind(reason)}",
            _ => $"{_url} answered {(int)status}{Behind(reason)}",
        };
    }

    private static string Behind(string reason) => reason.Length == 0 ? "" : ": " + reason;

    /// <summary>The words of an error in any of the product's shapes: Prometheus' <c>error</c>, our <c>reason</c>, plain text.</summary>
    private static string ReasonOf(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement switch
            {
                { ValueKind: JsonValueKind.Object } answer => answer.TextOf("reason") is { Length: > 0 } reason ? reason : answer.TextOf("error"),
                { ValueKind: JsonValueKind.String } words => words.GetString()!,
                _ => "",
            };
        }
        catch (JsonException)
        {
            // Plain text is an error message too; a page of a proxy is not worth more than its first line.
            var line = text.Trim().Split('\n')[0];
            return line.Length <= 500 ? line : line[..500];
        }
    }
}
