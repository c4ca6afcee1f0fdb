using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Observability.ServiceDefaults.Http;

/// <summary>
/// Repeats reads (GET, HEAD) that failed for a passing reason: up to three times, with growing, jittered pauses from 200 ms, 10 s each and 30 s in all.
/// Whatever writes is sent once: only its sender knows whether twice is harmless.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly TimeSpan WholeTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    private static readonly ResiliencePipeline<HttpResponseMessage> Pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddTimeout(WholeTimeout)
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 3,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(200),
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                .Handle<HttpRequestException>()
                .Handle<TimeoutRejectedException>()
                .HandleResult(static response => IsPassing(response.StatusCode)),
        })
        .AddTimeout(AttemptTimeout)
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            return await base.SendAsync(request, cancellationToken);
        }
        return await Pipeline.ExecuteAsync(async token => await base.SendAsync(request, token), cancellationToken);
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
