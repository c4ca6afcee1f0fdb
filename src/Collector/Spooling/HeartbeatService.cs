using Observability.Durability;
using Observability.Telemetry;

namespace Observability.Collector.Spooling;

/// <summary>
/// Writes a heartbeat frame every five seconds through the same log as everything else: an engine that still receives heartbeats knows that the way is
/// open and that silence means that nothing happened.
/// </summary>
internal sealed class HeartbeatService(Spool spool, TimeProvider time, ILogger<HeartbeatService> logger) : BackgroundService
{
    /// <summary>An engine is blind after 15 s without one: two may be lost.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var writer = new TelemetryBatchWriter();
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            writer.Reset(FrameKind.Heartbeat, "unknown", "collector", "", UnixTime.Nanoseconds(time));
            if (await spool.AppendAsync([writer.Finish()], AppendPriority.Normal, CancellationToken.None) is { } refusal)
            {
                Log.HeartbeatRefused(logger, refusal.Reason);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
