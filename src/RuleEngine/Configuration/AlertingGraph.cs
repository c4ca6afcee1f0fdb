using Observability.Configuration;
using Observability.RuleEngine.Muting;
using Observability.RuleEngine.Routing;
using Observability.RuleEngine.Rules;

namespace Observability.RuleEngine.Configuration;

/// <summary>
/// Everything that one configuration version decides with, built whole before it is used; a reload swaps the reference and nothing else.
/// </summary>
internal sealed class AlertingGraph
{
    public AlertingGraph(long version, LoadedConfiguration configuration, IReadOnlyList<CompiledGroup> groups)
    {
        Version = version;
        Configuration = configuration;
        Groups = groups;
        Tree = new RouteTree(configuration.Alerting.Route);
        Router = new AlertRouter(Tree, configuration.Policy);
        MuteTimes = new MuteTimes(configuration.Alerting.TimeIntervals);
        Routes = RouteTree.AllOf(Tree.Root).GroupBy(route => route.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        RuleKeys = groups.SelectMany(group => group.Rules).Select(rule => rule.Key).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The number that notices and the Portal show.</summary>
    public long Version { get; }

    public LoadedConfiguration Configuration { get; }

    public IReadOnlyList<CompiledGroup> Groups { get; }

    public RouteTree Tree { get; }

    public AlertRouter Router { get; }

    public MuteTimes MuteTimes { get; }

    /// <summary>By route key; two routes with the same matchers share a key, as in Alertmanager.</summary>
    public IReadOnlyDictionary<string, Route> Routes { get; }

    public IReadOnlySet<string> RuleKeys { get; }

    /// <summary>The integrations to tell: those that can deliver, or preview when none can; a receiver that is no more is told through preview too.</summary>
    public IReadOnlyList<IntegrationTarget> TargetsOf(string receiver) =>
        Configuration.Readiness.TryGetValue(receiver, out var readiness) && !readiness.IsPreview
            ? [.. readiness.Ready.Select(integration => new IntegrationTarget(integration.Name, integration.SendResolved))]
            : [IntegrationTarget.Preview];
}

/// <summary>One integration of a receiver as Grouping sees it.</summary>
internal sealed record IntegrationTarget(string Name, bool SendResolved)
{
    public static IntegrationTarget Preview { get; } = new("preview[0]", true);
}
