using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Observability.Configuration;

namespace Observability.Notifier.Channels;

/// <summary>One POST of JSON to somebody else's server, and what its answer means for a delivery.</summary>
internal sealed class HttpEndpoint(TimeProvider time, IFileReader files) : IDisposable
{
    /// <summary>Answers are read for their reason only.</summary>
    private const int MostAnswerBytes = 2048;

    /// <summary>Longer, and a wrong Retry-After would keep an alert back past any use; the deadline counts on.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(15);

    /// <summary>One client for each settings object: they live as long as the configuration that has them.</summary>
    private readonly ConditionalWeakTable<HttpClientSettings, HttpClient> _clients = [];

    public async Task<DeliveryResult> PostJsonAsync(HttpDelivery delivery, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(delivery.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return new DeliveryResult(DeliveryOutcome.Misconfigured, "the address is not an http or https URL");
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(delivery.Json, Encoding.UTF8, "application/json") };
        if (HttpCredentials.Apply(request, delivery.Settings, files) is { } problem)
        {
            return new DeliveryResult(DeliveryOutcome.Misconfigured, problem);
        }
        using var timeout = new CancellationTokenSource(delivery.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await ClientFor(delivery.Settings).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var answer = await ReadAsync(response.Content, either.Token);
            return ResultOf(response, answer);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult(DeliveryOutcome.TimedOut, $"no answer within {delivery.Timeout.TotalSeconds:0.#} s", MayHaveArrived: true);
        }
        catch (HttpRequestException exception)
        {
            // Before the connection stands nothing can have arrived; after it nobody knows.
            var arrived = exception.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
            return new DeliveryResult(DeliveryOutcome.Unreachable, $"{exception.HttpRequestError}: {exception.Message}", MayHaveArrived: arrived);
        }
        catch (IOException exception)
        {
            return new DeliveryResult(DeliveryOutcome.Unreachable, exception.Message, MayHaveArrived: true);
        }
        catch (HttpSettingsException exception)
        {
            return new DeliveryResult(DeliveryOutcome.Misconfigured, exception.Message);
        }
    }

    public void Dispose()
    {
        foreach (var (_, client) in _clients)
        {
            client.Dispose();
        }
    }

    private DeliveryResult ResultOf(HttpResponseMessage response, string answer)
    {
        var status = (int)response.StatusCode;
        var detail = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}{(answer.Length > 0 ? ": " : "")}{answer}");
        return response.StatusCode switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new DeliveryResult(DeliveryOutcome.Delivered, detail),
            HttpStatusCode.TooManyRequests => new DeliveryResult(DeliveryOutcome.RateLimited, detail, RetryAfter(response.Headers.RetryAfter)),
            HttpStatusCode.RequestTimeout => new DeliveryResult(DeliveryOutcome.TimedOut, detail),
            >= HttpStatusCode.InternalServerError => new DeliveryResult(DeliveryOutcome.Unreachable, detail, RetryAfter(response.Headers.RetryAfter)),
            _ => new DeliveryResult(DeliveryOutcome.Refused, detail),
        };
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wanted = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wanted is not { } pause ? null
            : pause < TimeSpan.Zero ? TimeSpan.Zero
            : pause > LongestRetryAfter ? LongestRetryAfter
            : pause;
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostAnswerBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Rendering.PlainText.OneLine(Encoding.UTF8.GetString(buffer, 0, length), MostAnswerBytes);
    }

    private HttpClient ClientFor(HttpClientSettings settings) => _clients.GetValue(settings, value => new HttpClient(HttpHandler.Of(value, files), disposeHandler: true)
    {
        // Each request has its own limit, by our clock.
        Timeout = Timeout.InfiniteTimeSpan,
    });
}

/// <param name="Url">May hold a secret: never logged.</param>
internal sealed record HttpDelivery(string Url, HttpClientSettings Settings, string Json, TimeSpan Timeout);
