using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Consuming;

/// <summary>Told of what was applied. Called on the applying thread, in journal order, so it must be cheap: note it down and wake somebody.</summary>
internal interface IChangeListener
{
    void OnApplied(AppliedChanges changes);
}

/// <summary>What one record of the journal changed. Replay tells nobody: whoever listens starts from the state.</summary>
internal sealed record AppliedChanges(IReadOnlyList<LabelSet> ChangedSeries, IReadOnlyList<RunKey> ChangedRuns, DateTimeOffset EngineTime);
