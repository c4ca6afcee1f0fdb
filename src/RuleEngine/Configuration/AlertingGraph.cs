using Observability.Configuration;
using Observability.Contracts;
using Observability.RuleEngine.Muting;
using Observability.RuleEngine.Routing;
using Observability.RuleEngine.Rules;

namespace Observability.RuleEngine.Configuration;

/// <summary>
/// Everything that one configuration version decides with, built whole before it is used; a reload swaps the reference and nothing else.
/// </summary>
internal sealed class AlertingGraph
{
    // Filled as groups are flushed, by the decision loop alone.
    private readonly Dictionary<string, IReadOnlyList<IntegrationTarget>> _targets = new(StringComparer.Ordinal);

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

    /// <summary>The integrations to tell: those that can deliver, or preview when none can; a receiver that is no more has preview alone.</summary>
    public IReadOnlyList<IntegrationTarget> TargetsOf(string receiver)
    {
        if (!_targets.TryGetValue(receiver, out var targets))
        {
            _targets[receiver] = targets = Configuration.Readiness.TryGetValue(receiver, out var readiness) && !readiness.IsPreview
                ? [.. readiness.Ready.Select(IntegrationTarget.Of)]
                : [IntegrationTarget.Preview];
        }
        return targets;
    }
}

/// <summary>One integration of a receiver as Grouping sees it.</summary>
/// <param name="Name">Its place in the file: <c>slack[0]</c>.</param>
/// <param name="SendResolved">Whether the end is told.</param>
/// <param name="Address">Where it leads; null for preview.</param>
internal sealed record IntegrationTarget(string Name, bool SendResolved, ToldAddress? Address)
{
    public static IntegrationTarget Preview { get; } = new("preview[0]", true, null);

    public static IntegrationTarget Of(Integration integration) =>
        new(integration.Name, integration.SendResolved, new ToldAddress(IntegrationAddress.IdOf(integration), IntegrationSettings.Write(integration), integration.SendResolved));
}
