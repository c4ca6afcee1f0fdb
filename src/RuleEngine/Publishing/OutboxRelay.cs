using System.Text.Json;
using Observability.Contracts;
using Observability.Messaging;
using Observability.StateStore;

namespace Observability.RuleEngine.Publishing;

/// <summary>
/// Carries stored intents over the border. A row is acknowledged only after the receiver has it on disk; after a crash in between it goes out again under
/// the same id, which the Notifier knows.
/// </summary>
internal sealed class OutboxRelay(IStateStore store, IIntentPublisher publisher, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    /// <summary>Rows in flight at once. More does not help: the receiver groups its own syncs.</summary>
    private const int BatchSize = 64;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await store.WaitForOutboxAsync(0, stoppingToken);
                await RelayAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (IOException exception)
            {
                Log.OutboxStuck(logger, exception.Message);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    /// <summary>Publishes what waits now, oldest first; order within a group is kept by the intents' ordinals.</summary>
    internal async Task RelayAsync(CancellationToken cancellationToken)
    {
        var rows = await store.OutboxAsync(0, BatchSize, cancellationToken);
        await Task.WhenAll(rows.Select(row => PublishAsync(row, cancellationToken)));
        await store.AcknowledgeOutboxAsync([.. rows.Select(row => row.Id)], cancellationToken);
    }

    private async Task PublishAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        var intent = JsonSerializer.Deserialize(row.Content.Span, ContractJson.Default.NotificationIntent)!;
        await publisher.PublishAsync(intent, cancellationToken);
    }
}
