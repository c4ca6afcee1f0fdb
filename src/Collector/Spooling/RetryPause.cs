namespace Observability.Collector.Spooling;

/// <summary>Pauses between attempts of a consumer whose other side is away: growing, jittered, bounded.</summary>
internal sealed class RetryPause(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>Bigger: a store that is back waits longer for its backlog to move.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private TimeSpan _next = First;

    public int Attempts { get; private set; }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Attempts++;
        var jittered = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        await Task.Delay(jittered, time, cancellationToken);
    }

    public void Reset()
    {
        _next = First;
        Attempts = 0;
    }
}
