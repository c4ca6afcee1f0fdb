namespace Observability.Notifier.Delivering;

/// <summary>
/// Delivers what waits for one endpoint. Its own loop, its own pauses: what hangs or fails here is felt nowhere else.
/// </summary>
internal sealed class EndpointWorker(EndpointQueue queue, DeliveryStep step, TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _wake = NewSignal();

    public EndpointQueue Queue { get; } = queue;

    /// <summary>Something was added or a turn has ended.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _wake.TrySetResult();
        }
    }

    /// <summary>Runs until the process ends. An attempt that is under way then stays without an outcome and is settled by the next start.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var turns = new HashSet<Task>();
        while (!cancellationToken.IsCancellationRequested)
        {
            Task woken;
            lock (_gate)
            {
                if (_wake.Task.IsCompleted)
                {
                    _wake = NewSignal();
                }
                woken = _wake.Task;
            }
            while (Queue.TryTake(time.GetUtcNow()) is { } turn)
            {
                turns.Add(RunTurnAsync(turn, cancellationToken));
            }
            await WaitAsync(woken, cancellationToken);
            foreach (var ended in turns.Where(turn => turn.IsCompleted).ToList())
            {
                turns.Remove(ended);
                await ended;
            }
        }
        await Task.WhenAll(turns);
    }

    private async Task RunTurnAsync(QueueTurn turn, CancellationToken cancellationToken)
    {
        // The caller's loop goes on at once; a channel that works before its first await must not hold it.
        await Task.Yield();
        try
        {
            var end = await step.RunAsync(turn, cancellationToken);
            if (end.RetryAt is { } due)
            {
                Queue.Postpone(turn, due, end.PausesEndpoint);
            }
            else
            {
                Queue.Settle(turn);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        Wake();
    }

    private async Task WaitAsync(Task woken, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Queue.NextDue(now) is not { } due)
        {
            await woken.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (due > now)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = Task.Delay(due - now, time, ended.Token);
            await Task.WhenAny(woken, pause);
            await ended.CancelAsync();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
