using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Observability.LogStore.Elasticsearch;

/// <summary>What a node answered.</summary>
internal sealed record ElasticsearchAnswer(HttpStatusCode Status, JsonElement Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Elasticsearch's own words, as short as they come.</summary>
    public string Reason => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("error", out var error)
        ? ReasonOf(error)
        : $"status {(int)Status}";

    public static string ReasonOf(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return error.ToString();
        }
        var reason = error.TryGetProperty("reason", out var text) ? text.ToString() : error.ToString();
        // The cause is where Elasticsearch says what it is really about.
        return error.TryGetProperty("caused_by", out var cause) && cause.TryGetProperty("reason", out var deeper) ? $"{reason}: {deeper}" : reason;
    }
}

/// <summary>
/// The REST calls that this store needs, over one HttpClient. The official client can take this class' place: nothing outside it knows about HTTP.
/// </summary>
internal sealed class ElasticsearchClient(HttpClient http, ElasticsearchStoreOptions options)
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private static readonly MediaTypeHeaderValue s_bulk = new("application/x-ndjson");

    /// <exception cref="IOException">No answer, or not JSON.</exception>
    public Task<ElasticsearchAnswer> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <exception cref="IOException">No answer, or not JSON.</exception>
    public Task<ElasticsearchAnswer> PutAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, Content(json, s_json), cancellationToken);

    /// <exception cref="IOException">No answer, or not JSON.</exception>
    public Task<ElasticsearchAnswer> PostAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, json.IsEmpty ? null : Content(json, s_json), cancellationToken);

    /// <exception cref="IOException">No answer, or not JSON.</exception>
    public Task<ElasticsearchAnswer> BulkAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "_bulk", Content(lines, s_bulk), cancellationToken);

    private async Task<ElasticsearchAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(options.Address.Url, path)) { Content = content };
            request.Headers.Authorization = options.Address.Authorization;
            using var response = await http.SendAsync(request, timeout.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(timeout.Token);
            using var document = await JsonDocument.ParseAsync(stream, default, timeout.Token);
            return new ElasticsearchAnswer(response.StatusCode, document.RootElement.Clone());
        }
        catch (HttpRequestException exception)
        {
            throw new IOException($"Elasticsearch at {options.Address.Url} does not answer: {exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new IOException($"what answers at {options.Address.Url} is not Elasticsearch, or something between: {method} {path} gave no JSON", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Elasticsearch at {options.Address.Url} did not answer {method} {path} within {options.Timeout}", exception);
        }
    }

    private static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> bytes, MediaTypeHeaderValue type)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = type;
        return content;
    }
}
