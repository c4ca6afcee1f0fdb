using System.Diagnostics;

namespace Observability.TestKit;

/// <summary>
/// Waits, on the real clock and never longer than told, for something that another process or thread brings about.
/// What the code under test can be told about through <see cref="ManualTime"/> needs no waiting.
/// </summary>
public static class Eventually
{
    /// <exception cref="TimeoutException"><paramref name="what"/> did not become true in time.</exception>
    public static Task TrueAsync(Func<bool> condition, TimeSpan timeout, string what) =>
        TrueAsync(() => Task.FromResult(condition()), timeout, what);

    /// <exception cref="TimeoutException"><paramref name="what"/> did not become true in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan timeout, string what)
    {
        if (!await BecomesTrueAsync(condition, timeout))
        {
            throw new TimeoutException($"{what}: not so within {timeout.TotalSeconds:0.###} s");
        }
    }

    /// <summary>The same without an exception: false when the time is over.</summary>
    public static async Task<bool> BecomesTrueAsync(Func<Task<bool>> condition, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        // 1 ms first, because most conditions are nearly true already; 50 ms later, because a server that starts needs the processor more than we do.
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = TimeSpan.FromMilliseconds(Math.Min(50, pause.TotalMilliseconds * 2)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await condition())
            {
                return true;
            }
            if (Stopwatch.GetElapsedTime(started) >= timeout)
            {
                return false;
            }
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }
}
