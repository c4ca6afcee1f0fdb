using System.Net;
using System.Net.Http.Headers;
using Observability.Collector.Metrics;
using Observability.Collector.Receiving.Bodies;

namespace Observability.Collector.Forwarding;

/// <summary>
/// Passes trace requests on to the tracer that settings.yaml names (<c>forward_traces_to</c>), byte for byte as they came but inflated, so links and states that
/// we do not keep reach it. What counts is on disk here before; the tracer's copy is a convenience: it waits in memory, is sent again for five minutes while
/// the tracer is away, and is then given up and counted.
/// </summary>
internal sealed class TraceForwarding(
    Func<CollectorConfiguration> configuration, CopySender sender, CollectorMetrics metrics, TimeProvider time, ILogger<TraceForwarding> logger) : BackgroundService
{
    private readonly CopyQueue<(MediaType Encoding, byte[] Payload)> _waiting = new(time);

    /// <summary>Queues a copy, if there is a tracer and room. Never waits.</summary>
    /// <param name="encoding">Protobuf or JSON.</param>
    /// <param name="payload">Of a request all of whose spans were taken.</param>
    public void Offer(MediaType encoding, ReadOnlySpan<byte> payload)
    {
        if (configuration().ForwardTracesTo.Length > 0 && !_waiting.TryAdd((encoding, payload.ToArray()), payload.Length))
        {
            metrics.TracesForwarded(CopyOutcome.NoRoom);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.WaitAsync(stoppingToken))
            {
                while (_waiting.TryTake(out var request, out var offeredAt))
                {
                    var end = await sender.SendAsync(offeredAt, () => RequestOf(request.Encoding, request.Payload), IsWorthAnotherTry, stoppingToken);
                    metrics.TracesForwarded(end.Outcome);
                    Tell(end);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is in the log store; only the tracer's copy is gone.
        }
    }

    private HttpRequestMessage? RequestOf(MediaType encoding, byte[] payload)
    {
        var address = configuration().ForwardTracesTo;
        return address.Length == 0 ? null : new HttpRequestMessage(HttpMethod.Post, $"{address}/v1/traces")
        {
            Content = new ByteArrayContent(payload) { Headers = { ContentType = new MediaTypeHeaderValue(encoding == MediaType.Protobuf ? "application/x-protobuf" : "application/json") } },
        };
    }

    private void Tell(in CopyEnd end)
    {
        if (end.Outcome == CopyOutcome.Refused)
        {
            Log.TracerRefused(logger, end.Reason);
        }
        else if (end.Outcome == CopyOutcome.GivenUp)
        {
            Log.TracerAway(logger, end.Reason);
        }
    }

    // Retryable codes as OTLP has them (OTLP 1.9, "Retryable Response Codes").
    private static bool IsWorthAnotherTry(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
