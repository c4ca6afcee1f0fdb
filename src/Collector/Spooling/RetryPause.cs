namespace Observability.Collector.Spooling;

/// <summary>Pauses between attempts of a consumer whose other side is away: growing, jittered, bounded.</summary>
internal sealed class RetryPause(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>Bigger: a store that is back waits longer for its backlog to move.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private TimeSpan _next = First;

    public int Attempts { get; private set; }

    /// <param name="cancellationToken">Ends the pause.</param>
    /// <param name="atLeast">What the other side asked for.</param>
    public async Task WaitAsync(CancellationToken cancellationToken, TimeSpan atLeast = default)
    {
        Attempts++;
        var jittered = _next * (0.5 + (random.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        await Task.Delay(jittered > atLeast ? jittered : atLeast, time, cancellationToken);
    }

    public void Reset()
    {
        _next = First;
        Attempts = 0;
    }
}
