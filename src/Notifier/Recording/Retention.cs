using Observability.Configuration;
using Observability.Notifier.Delivering;

namespace Observability.Notifier.Recording;

/// <summary>Removes notices when their time is over (settings.yaml, <c>retention.deliveries</c>) or there are too many.</summary>
internal sealed class Retention(
    NoticeJournal journal, ActiveConfiguration configuration, DeliveryLimits limits, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (IOException exception)
            {
                Log.StoreAway(logger, exception.Message, Interval.TotalSeconds);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round: until nothing is left to remove.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        var retention = configuration.Current.Settings.Retention.Deliveries;
        var removed = 0;
        for (var more = true; more;)
        {
            var round = await journal.ForgetAsync(time.GetUtcNow() - retention, limits.MostNotices, cancellationToken);
            removed += round;
            more = round > 0;
        }
        if (removed > 0)
        {
            Log.Forgotten(logger, removed, retention, limits.MostNotices);
        }
    }
}
