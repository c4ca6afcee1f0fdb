using System.Net;
using System.Net.Http.Headers;
using Observability.Collector.Metrics;
using Observability.Telemetry;

namespace Observability.Collector.Forwarding;

/// <param name="Frame">Shared by all receivers; nobody changes it.</param>
/// <param name="Samples">In it.</param>
internal sealed record SampleCopy(byte[] Frame, int Samples);

/// <summary>One receiver of samples: its queue, and the loop that sends one request after the other, because a series has to arrive in the order of time.</summary>
internal sealed class MetricReceiver
{
    private readonly CopyQueue<SampleCopy> _waiting;
    private readonly CopySender _sender;
    private readonly CollectorMetrics _metrics;
    private readonly ILogger _logger;
    private readonly WriteRequestEncoder _encoder = new();

    // Host and port: a path may hold a tenant's token.
    private readonly string _name;
    private CopyOutcome _lastTold = CopyOutcome.Sent;
    private volatile bool _hasLeft;

    public MetricReceiver(string address, CopySender sender, CollectorMetrics metrics, TimeProvider time, ILogger logger, CancellationToken stoppingToken)
    {
        (Address, _sender, _metrics, _logger) = (address, sender, metrics, logger);
        _name = new Uri(address).Authority;
        _waiting = new CopyQueue<SampleCopy>(time);
        End = Task.Run(() => SendAllAsync(stoppingToken), CancellationToken.None);
    }

    public string Address { get; }

    /// <summary>Ends with the process, or after <see cref="Leave"/> with what waited.</summary>
    public Task End { get; }

    public void Offer(SampleCopy copy)
    {
        if (!_waiting.TryAdd(copy, copy.Frame.Length))
        {
            _metrics.SamplesForwarded(_name, CopyOutcome.NoRoom, copy.Samples);
        }
    }

    /// <summary>Settings do not name it any more: what waits is not sent.</summary>
    public void Leave()
    {
        _hasLeft = true;
        _waiting.Close();
    }

    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.WaitAsync(stoppingToken))
            {
                await SendWaitingAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is in the spool; only the receiver's copy is gone.
        }
    }

    // Small frames share a request; when nothing waits any more, what there is goes.
    private async Task SendWaitingAsync(CancellationToken stoppingToken)
    {
        long oldest = 0;
        while (_waiting.TryTake(out var copy, out var offeredAt))
        {
            oldest = _encoder.IsEmpty ? offeredAt : oldest;
            var increments = _encoder.Add(TelemetryFrame.Open(copy.Frame));
            if (increments > 0)
            {
                _metrics.SamplesForwarded(_name, CopyOutcome.Increment, increments);
            }
            while (_encoder.TryTake(onlyFull: !_waiting.IsEmpty, out var message, out var samples))
            {
                await SendAsync(message, samples, oldest, stoppingToken);
                oldest = offeredAt;
            }
        }
    }

    private async Task SendAsync(byte[] message, int samples, long offeredAt, CancellationToken stoppingToken)
    {
        var packed = SnappyPacker.Pack(message);
        var end = await _sender.SendAsync(offeredAt, () => RequestOf(packed), IsWorthAnotherTry, stoppingToken);
        _metrics.SamplesForwarded(_name, end.Outcome, samples);
        Tell(end, samples);
    }

    private HttpRequestMessage? RequestOf(byte[] packed) => _hasLeft ? null : new HttpRequestMessage(HttpMethod.Post, Address)
    {
        Content = new ByteArrayContent(packed) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf"), ContentEncoding = { "snappy" } } },
        Headers = { { "X-Prometheus-Remote-Write-Version", "0.1.0" }, { "User-Agent", "Observability" } },
    };

    // A receiver that is away or disagrees does so with every request.
    private void Tell(in CopyEnd end, int samples)
    {
        if (end.Outcome == _lastTold || _hasLeft)
        {
            return;
        }
        _lastTold = end.Outcome;
        switch (end.Outcome)
        {
            case CopyOutcome.Refused:
                Log.SamplesRefused(_logger, _name, samples, end.Reason);
                break;
            case CopyOutcome.GivenUp:
                Log.SamplesGivenUp(_logger, _name, samples, end.Reason);
                break;
            default:
                Log.SamplesTakenAgain(_logger, _name);
                break;
        }
    }

    // Prometheus Remote-Write 1.0, "Retries & Backoff": 5xx must, 429 may, every other 4xx must not be sent again.
    private static bool IsWorthAnotherTry(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
}
