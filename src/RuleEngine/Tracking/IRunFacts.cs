using Observability.Contracts;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tracking;

/// <summary>What Tracking asks the run catalog: the run behind an alert's labels.</summary>
internal interface IRunFacts
{
    /// <summary>The run that explains an alert with these labels (source, pipeline, environment, task), or null when it is not about a pipeline.</summary>
    RunFacts? FactsFor(LabelSet alertLabels);
}
