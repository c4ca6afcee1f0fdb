using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests;

internal static class TestAlerts
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    public static AlertState Firing(string environment, string pipeline = "orders", int occurrences = 1, params ReadOnlySpan<(string, string)> more)
    {
        var labels = new LabelSetBuilder(LabelSet.Of(more)).Set("alertname", "PipelineRunFailed").Set("environment", environment).Set("pipeline", pipeline);
        return new AlertState
        {
            Labels = labels.Build(),
            Phase = AlertPhase.Firing,
            RuleKey = "rules/pipelines.yaml;pipelines;PipelineRunFailed;0",
            ActiveAt = Start,
            FiredAt = Start,
            Occurrences = occurrences,
        };
    }
}
