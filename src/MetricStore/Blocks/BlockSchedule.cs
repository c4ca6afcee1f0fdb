namespace Observability.MetricStore.Blocks;

/// <summary>When the head gives a block away.</summary>
internal static class BlockSchedule
{
    /// <summary>With so much of the samples' limit in use the next block is not waited for.</summary>
    private const double EarlyFrom = 0.75;

    /// <summary>What an early block leaves in memory: what rules look at, and room for late samples.</summary>
    private const long EarlyRestMilliseconds = 10 * 60 * 1000;

    private const long MinuteMilliseconds = 60 * 1000;

    /// <summary>
    /// The time before which samples should be in blocks: whole block ranges, once the out-of-order window has passed over their end, so that late samples
    /// meet the others in memory.
    /// </summary>
    public static long CutAt(long nowMilliseconds, long headSamples, MetricStoreOptions options)
    {
        var range = (long)options.BlockRange.TotalMilliseconds;
        var due = (nowMilliseconds - (long)options.OutOfOrderWindow.TotalMilliseconds) / range * range;
        return headSamples < options.MaximumSamples * EarlyFrom ? due
            : Math.Max(due, (nowMilliseconds - EarlyRestMilliseconds) / MinuteMilliseconds * MinuteMilliseconds);
    }
}
