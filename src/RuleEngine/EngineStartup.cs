using Observability.Configuration;
using Observability.RuleEngine.Configuration;
using Observability.RuleEngine.Consuming;
using Observability.RuleEngine.Deciding;

namespace Observability.RuleEngine;

/// <summary>What must be true before the engine's loops run: a configuration is active, and the decision loop hears of every frame that is applied.</summary>
internal sealed class EngineStartup(ConfigurationKeeper keeper, EngineStore store, DecisionLoop loop) : IHostedService, IChangeListener
{
    /// <exception cref="InvalidConfigurationException">The configuration cannot be started with.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var outcome = await keeper.ReloadAsync("start", cancellationToken);
        if (outcome.Status == ChangeStatus.Invalid)
        {
            throw new InvalidConfigurationException(outcome.Errors);
        }
        keeper.Changed += loop.Wake;
        store.AddListener(this);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        keeper.Changed -= loop.Wake;
        return Task.CompletedTask;
    }

    public void OnApplied(AppliedChanges changes) => loop.OnSeriesChanged(changes.ChangedSeries);
}
