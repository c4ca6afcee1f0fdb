using Observability.Configuration;
using Observability.Contracts;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Routing;

/// <summary>One way from an alert to a receiver, or the reason why that way is closed.</summary>
/// <param name="Route">Timers and grouping come from here.</param>
/// <param name="Receiver">The route's own, or the fallback.</param>
/// <param name="Verdict">Passed, or the stage that stopped it: <c>environment</c>.</param>
internal sealed record RouteDecision(Route Route, string Receiver, WhyStep Verdict)
{
    public bool IsOpen => Verdict.Passed;
}

/// <summary>
/// Decides who may hear of an alert: the routing tree first, then the environment filter, then the fallback for what has no environment or no owner.
/// Pure: the same alert and configuration give the same decisions.
/// </summary>
internal sealed class AlertRouter(RouteTree tree, PolicyConfiguration policy)
{
    public IReadOnlyList<RouteDecision> Decide(AlertState alert, NoticeOwner owner)
    {
        var environment = alert.Environment;
        var labels = alert.Labels.Has(LabelNames.Owner) ? alert.Labels : alert.Labels.With(LabelNames.Owner, owner.Name);
        var decisions = new List<RouteDecision>();
        foreach (var route in tree.Match(labels))
        {
            decisions.Add(policy.Allows(route.Receiver, environment)
                ? new RouteDecision(route, route.Receiver, new WhyStep("route", true, $"{route.Path} ({Describe(route)}), receiver {route.Receiver}; {environment} allowed"))
                : new RouteDecision(route, route.Receiver, new WhyStep("environment", false, $"{route.Receiver} may not hear of {environment} (policy.yaml)")));
        }
        AddFallback(decisions, environment, owner);
        return decisions;
    }

    private void AddFallback(List<RouteDecision> decisions, string environment, NoticeOwner owner)
    {
        if (decisions.Any(decision => decision.IsOpen && decision.Receiver == policy.Fallback))
        {
            return;
        }
        var reason = environment == DeploymentEnvironment.UnknownName ? "its environment is unknown"
            : owner.Name == NoticeOwner.Unowned ? "nobody owns it"
            : null;
        if (reason is null)
        {
            return;
        }
        decisions.Add(policy.Allows(policy.Fallback, environment)
            ? new RouteDecision(tree.Root, policy.Fallback, new WhyStep("route", true, $"fallback receiver {policy.Fallback}, because {reason}"))
            : new RouteDecision(tree.Root, policy.Fallback, new WhyStep("environment", false, $"{reason}, but the fallback {policy.Fallback} may not hear of {environment}")));
    }

    private static string Describe(Route route) => route.Matchers.Count == 0 ? "the root" : string.Join(", ", route.Matchers);
}
