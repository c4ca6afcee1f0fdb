namespace Observability.Notifier.Delivering;

/// <summary>How long and how often it is tried.</summary>
internal sealed record DeliveryLimits
{
    /// <summary>From the receipt of the oldest thing that a notice says. Default 1 h: longer, and the fallback receiver hears too late to do anything.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Before the second attempt. Default 1 s: most failures are a restart or a lost connection.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Default 1 min: an endpoint that is back is used within a minute, and one that is down for an hour gets some seventy requests.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When our own store cannot be written. Default 5 s.</summary>
    public TimeSpan StorePause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Notices on record; the oldest settled ones go first. Default 20,000: at some 4 KB each, 80 MB of the store's memory and a quarter of a year at
    /// 200 a day.
    /// </summary>
    public int MostNotices { get; init; } = 20_000;
}
