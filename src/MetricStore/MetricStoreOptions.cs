using System.ComponentModel.DataAnnotations;

namespace Observability.MetricStore;

/// <summary>Limits of the metric store.</summary>
public sealed record MetricStoreOptions
{
    /// <summary>
    /// Series at one time. Default 1,000,000; a series takes about 600 bytes before its samples. At the limit new series are refused, known ones go on:
    /// a label with unbounded values must not take the memory that rules need.
    /// </summary>
    [Range(1, 100_000_000)]
    public int MaximumSeries { get; init; } = 1_000_000;

    /// <summary>
    /// Samples in memory, about 2 to 6 bytes each. Default 64 Mi. From three quarters on blocks are written early; above it, when the disk takes none, the
    /// oldest hours go before their retention is over, so that the newest samples, which rules look at, always find room.
    /// </summary>
    [Range(1_000, long.MaxValue)]
    public long MaximumSamples { get; init; } = 64L << 20;

    /// <summary>How long samples are kept. Default 15 days. Space comes back by whole blocks, 18 hours at most.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(15);

    /// <summary>
    /// Time that one block covers. Default 2 h, as in Prometheus. Longer: more memory, more to pack at once; shorter: more files to merge.
    /// </summary>
    public TimeSpan BlockRange { get; init; } = TimeSpan.FromHours(2);

    /// <summary>
    /// How much older than its series' newest sample a sample may be. Default 1 h: retries and several senders of one series are shuffled by minutes;
    /// an older sample would change what rules have already decided on.
    /// </summary>
    public TimeSpan OutOfOrderWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How far a stamp may lie ahead of the engine's clock. Default 10 min. One sample from the future would make every true one look late
    /// and have it refused.
    /// </summary>
    public TimeSpan AheadWindow { get; init; } = TimeSpan.FromMinutes(10);
}
