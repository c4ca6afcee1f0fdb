namespace Observability.RuleEngine.Deciding;

/// <summary>A bell: any number of rings before the sleeper looks count as one.</summary>
internal sealed class WakeUp
{
    private TaskCompletionSource _bell = NewBell();

    public void Ring() => Volatile.Read(ref _bell).TrySetResult();

    /// <summary>Returns at the next ring, at once if it rang since the last call, or after the time.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var bell = Volatile.Read(ref _bell).Task;
        if (!bell.IsCompleted && atMost > TimeSpan.Zero)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(bell, Task.Delay(atMost, time, stop.Token));
            await stop.CancelAsync();
        }
        cancellationToken.ThrowIfCancellationRequested();
        // Whatever rang until here is answered by the step that follows.
        if (bell.IsCompleted)
        {
            Volatile.Write(ref _bell, NewBell());
        }
    }

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
