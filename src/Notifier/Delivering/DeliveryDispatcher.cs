using Observability.Configuration;
using Observability.Notifier.Channels;
using Observability.Notifier.Recording;

namespace Observability.Notifier.Delivering;

/// <summary>Gives each endpoint (receiver and integration) a worker of its own, at the first notice for it. Configuration bounds how many there are.</summary>
internal sealed class DeliveryDispatcher : IHostedService, IDisposable
{
    /// <summary>What Slack documents for an incoming webhook: one a second, short bursts allowed.</summary>
    private const int SlackMessagesPerMinute = 60;
    private const int Burst = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (EndpointWorker Worker, Task Running)> _workers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private readonly NoticeJournal _journal;
    private readonly DeliveryStep _step;
    private readonly ChannelCatalog _channels;
    private readonly ActiveConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ILogger<DeliveryDispatcher> _logger;
    private bool _isStarted;

    public DeliveryDispatcher(
        NoticeJournal journal, DeliveryStep step, ChannelCatalog channels, ActiveConfiguration configuration, TimeProvider time, ILogger<DeliveryDispatcher> logger)
    {
        _journal = journal;
        _step = step;
        _channels = channels;
        _configuration = configuration;
        _time = time;
        _logger = logger;
        step.Added += Enqueue;
    }

    /// <summary>Takes up what an earlier start left, then whatever comes.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isStarted = true;
        }
        var waiting = _journal.Waiting();
        Log.Opened(_logger, waiting.Count, _journal.Count, _journal.Epoch);
        foreach (var row in waiting)
        {
            Enqueue(row);
        }
        return Task.CompletedTask;
    }

    /// <summary>A stored notice waits to be delivered. Before the start nothing is done: the start finds it in the store.</summary>
    public void Enqueue(DeliveryRow row)
    {
        EndpointWorker worker;
        lock (_gate)
        {
            if (!_isStarted || _ending.IsCancellationRequested)
            {
                return;
            }
            if (!_workers.TryGetValue(row.Endpoint, out var known))
            {
                worker = new EndpointWorker(new EndpointQueue(_channels.MostAtOnce(row.Integration), RateOf(row)), _step, _time);
                known = (worker, Task.Run(() => worker.RunAsync(_ending.Token)));
                _workers.Add(row.Endpoint, known);
            }
            worker = known.Worker;
            worker.Queue.Add(row);
        }
        worker.Wake();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        Task[] running;
        lock (_gate)
        {
            running = [.. _workers.Values.Select(entry => entry.Running)];
        }
        await Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    public void Dispose() => _ending.Dispose();

    /// <summary>From policy.yaml, else what the channel itself allows; null is no limit. Read when the endpoint is first used.</summary>
    private TokenBucket? RateOf(DeliveryRow row)
    {
        var perMinute = _configuration.Current.Policy.For(row.Receiver).MessagesPerMinute
            ?? (row.Integration.StartsWith("slack", StringComparison.Ordinal) ? SlackMessagesPerMinute : null);
        return perMinute is { } rate ? new TokenBucket(rate, Burst, _time.GetUtcNow()) : null;
    }
}
