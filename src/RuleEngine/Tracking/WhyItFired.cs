using Observability.Contracts;
using Observability.RuleEngine.Rules;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tracking;

/// <summary>The first steps of the why chain, in words: what was reported, which rule saw it, how severe it is.</summary>
internal static class WhyItFired
{
    public static IReadOnlyList<WhyStep> StepsFor(CompiledRule rule, AlertState alert, RunFacts? facts, DateTimeOffset now)
    {
        var steps = new List<WhyStep>(3);
        if (facts is not null)
        {
            var run = facts.RunId.Length > 0 ? $"run {facts.RunId}" : "a run without an id";
            var attempt = facts.Attempt > 1 ? $", attempt {facts.Attempt}," : "";
            var what = facts.FailedTask.Length > 0 ? $" with {facts.FailedTask} failed" : "";
            steps.Add(new WhyStep("event", true, $"{facts.Source} reported {run}{attempt} of {facts.Pipeline}{what}", facts.FinishedAt ?? now));
        }
        var held = rule.For > TimeSpan.Zero ? $"held for {rule.For.TotalSeconds:0} s" : "no hold time";
        steps.Add(new WhyStep("rule", true, $"{rule.Name} in {rule.File} became true, {held}", now));
        var severity = alert.Labels[LabelNames.Severity];
        steps.Add(severity.Length > 0
            ? new WhyStep("severity", true, $"{severity}, set by the rule", now)
            : new WhyStep("severity", true, "error, because the rule sets none", now));
        return steps;
    }
}
