namespace Observability.Notifier.Delivering;

/// <summary>Growing pauses with jitter: half of the pause is fixed, half is random, so that many that failed together do not come back together.</summary>
internal sealed class Backoff(DeliveryLimits limits, Random random)
{
    private readonly Lock _gate = new();

    /// <param name="failures">So far, at least 1.</param>
    public TimeSpan PauseAfter(int failures)
    {
        // 2^20 s is far above any longest pause; the bound keeps the multiplication exact.
        var whole = Math.Min(limits.FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures, 20) - 1), limits.LongestPause.TotalSeconds);
        double fraction;
        lock (_gate)
        {
            fraction = random.NextDouble();
        }
        return TimeSpan.FromSeconds(whole * (0.5 + (0.5 * fraction)));
    }
}
