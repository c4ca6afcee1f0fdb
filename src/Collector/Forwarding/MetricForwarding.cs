using Observability.Collector.Metrics;
using Observability.Telemetry;

namespace Observability.Collector.Forwarding;

/// <summary>
/// Passes accepted samples on to the receivers that settings.yaml names (<c>forward_metrics_to</c>): whatever speaks remote write 1.0. They get what is in the
/// frames, so names, environment and redaction are ours. The promise is that of <see cref="TraceForwarding"/>, for each receiver on its own.
/// </summary>
internal sealed class MetricForwarding(
    Func<CollectorConfiguration> configuration, CopySender sender, CollectorMetrics metrics, TimeProvider time, ILogger<MetricForwarding> logger) : IHostedService, IDisposable
{
    private readonly Lock _changing = new();
    private readonly CancellationTokenSource _stopping = new();
    private IReadOnlyList<string> _addresses = [];
    private MetricReceiver[] _receivers = [];
    private Task _retired = Task.CompletedTask;

    /// <summary>Queues copies of the frames with samples, if there are receivers and room. Never waits.</summary>
    /// <param name="frames">On disk here.</param>
    public void Offer(IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        var receivers = Receivers();
        if (receivers.Length == 0)
        {
            return;
        }
        foreach (var frame in frames)
        {
            var samples = TelemetryFrame.PeekHeader(frame.Span).SampleCount;
            if (samples > 0)
            {
                var copy = new SampleCopy(frame.ToArray(), samples);
                Array.ForEach(receivers, receiver => receiver.Offer(copy));
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What waits is in the spool; only the receivers' copies are gone.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Task[] ends;
        lock (_changing)
        {
            ends = [_retired, .. _receivers.Select(static receiver => receiver.End)];
        }
        await Task.WhenAll(ends).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    // A reload brings another list; receivers that are in both go on with what waits for them.
    private MetricReceiver[] Receivers()
    {
        if (ReferenceEquals(configuration().ForwardMetricsTo, Volatile.Read(ref _addresses)))
        {
            return Volatile.Read(ref _receivers);
        }
        lock (_changing)
        {
            // Asked again: another request may have come here with an older list.
            var (addresses, known) = (configuration().ForwardMetricsTo, _receivers);
            MetricReceiver[] next = [.. addresses.Select(address => Array.Find(known, receiver => receiver.Address == address) ?? Start(address))];
            Volatile.Write(ref _receivers, next);
            Volatile.Write(ref _addresses, addresses);
            var left = known.Except(next).ToArray();
            Array.ForEach(left, static receiver => receiver.Leave());
            _retired = Task.WhenAll([_retired, .. left.Select(static receiver => receiver.End)]);
            return next;
        }
    }

    private MetricReceiver Start(string address) => new(address, sender, metrics, time, logger, _stopping.Token);
}
