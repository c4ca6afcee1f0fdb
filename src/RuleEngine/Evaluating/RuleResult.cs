using Observability.Telemetry;

namespace Observability.RuleEngine.Evaluating;

/// <summary>One element of a rule's result as an alert: identity, value and texts.</summary>
internal sealed record RuleResult(LabelSet Labels, double Value, IReadOnlyDictionary<string, string> Annotations);
