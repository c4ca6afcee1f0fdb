using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Observability.Collector.Metrics;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Spooling;

namespace Observability.Collector.Forwarding;

/// <summary>
/// Passes trace requests on to the tracer that settings.yaml names (<c>forward_traces_to</c>), byte for byte as they came but inflated, so links and states that
/// we do not keep reach it. What counts is on disk here before; the tracer's copy is a convenience: it waits in memory, is sent again for five minutes while
/// the tracer is away, and is then given up and counted.
/// </summary>
internal sealed class TraceForwarding : BackgroundService
{
    /// <summary>On requests that were passed on: two Collectors that name each other must not play ball for ever.</summary>
    public const string PassedOnHeader = "Obs-Passed-On";

    /// <summary>Waiting requests. Bigger: a longer absence is bridged, with memory that receiving needs too.</summary>
    private const long MaximumBytes = 64 << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HttpClient _client = new() { Timeout = s_timeout };
    private readonly Func<CollectorConfiguration> _configuration;
    private readonly CollectorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<TraceForwarding> _logger;
    private long _bytes;

    public TraceForwarding(Func<CollectorConfiguration> configuration, CollectorMetrics metrics, TimeProvider time, Random random, ILogger<TraceForwarding> logger) =>
        (_configuration, _metrics, _time, _random, _logger) = (configuration, metrics, time, random, logger);

    /// <summary>Queues a copy, if there is a tracer and room. Never waits.</summary>
    /// <param name="encoding">Protobuf or JSON.</param>
    /// <param name="payload">Of a request all of whose spans were taken.</param>
    public void Offer(MediaType encoding, ReadOnlySpan<byte> payload)
    {
        if (_configuration().ForwardTracesTo.Length == 0)
        {
            return;
        }
        if (Interlocked.Add(ref _bytes, payload.Length) > MaximumBytes)
        {
            Interlocked.Add(ref _bytes, -payload.Length);
            _metrics.TracesForwarded("no_room");
            return;
        }
        _waiting.Writer.TryWrite(new Waiting(encoding, payload.ToArray()));
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var request in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                _metrics.TracesForwarded(await ForwardAsync(request, stoppingToken));
                Interlocked.Add(ref _bytes, -request.Payload.Length);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is in the log store; only the tracer's copy is gone.
        }
    }

    /// <returns>How it ended, as a label of the metric.</returns>
    private async Task<string> ForwardAsync(Waiting request, CancellationToken stoppingToken)
    {
        var pause = new RetryPause(_time, _random);
        var began = _time.GetTimestamp();
        while (true)
        {
            var problem = await PostAsync(request, stoppingToken);
            if (problem is null)
            {
                return "sent";
            }
            if (!problem.IsWorthAnotherTry)
            {
                Log.TracerRefused(_logger, problem.Words);
                return "refused";
            }
            if (_time.GetElapsedTime(began) > s_patience)
            {
                Log.TracerAway(_logger, problem.Words, pause.Attempts + 1);
                return "given_up";
            }
            await pause.WaitAsync(stoppingToken);
        }
    }

    private async Task<Problem?> PostAsync(Waiting request, CancellationToken stoppingToken)
    {
        var address = _configuration().ForwardTracesTo;
        if (address.Length == 0)
        {
            return new Problem("settings name no tracer any more", IsWorthAnotherTry: false);
        }
        using var message = new HttpRequestMessage(HttpMethod.Post, $"{address}/v1/traces") { Content = new ByteArrayContent(request.Payload) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.Encoding == MediaType.Protobuf ? "application/x-protobuf" : "application/json");
        message.Headers.Add(PassedOnHeader, "1");
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stoppingToken);
            // Retryable codes as OTLP has them (OTLP 1.9, "Retryable Response Codes").
            return response.IsSuccessStatusCode ? null
                : new Problem($"it answered {(int)response.StatusCode}", response.StatusCode
                    is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);
        }
        catch (HttpRequestException exception)
        {
            return new Problem(exception.Message, IsWorthAnotherTry: true);
        }
        catch (TaskCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return new Problem($"it did not answer within {s_timeout.TotalSeconds:0} s", IsWorthAnotherTry: true);
        }
    }

    private sealed record Waiting(MediaType Encoding, byte[] Payload);

    private sealed record Problem(string Words, bool IsWorthAnotherTry);
}
