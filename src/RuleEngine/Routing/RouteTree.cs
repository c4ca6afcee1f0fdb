using Observability.Telemetry;

namespace Observability.RuleEngine.Routing;

/// <summary>
/// Alertmanager's routing tree: depth first, the deepest node that matches wins, <c>continue</c> goes on to the next siblings, a node without a matching
/// child answers itself. The answer depends on the labels alone, so it is remembered by their fingerprint for the life of one configuration.
/// </summary>
internal sealed class RouteTree(Route root)
{
    /// <summary>More label sets than this are alive only in a storm; then the memory starts anew rather than growing. About 100 bytes each.</summary>
    public const int RememberedLabelSets = 200_000;

    private readonly Dictionary<ulong, Route[]> _remembered = [];

    public Route Root { get; } = root;

    public IReadOnlyList<Route> Match(LabelSet labels)
    {
        if (_remembered.TryGetValue(labels.Fingerprint, out var known))
        {
            return known;
        }
        if (_remembered.Count >= RememberedLabelSets)
        {
            _remembered.Clear();
        }
        var matches = new List<Route>();
        Collect(Root, labels, matches);
        return _remembered[labels.Fingerprint] = [.. matches];
    }

    public static IEnumerable<Route> AllOf(Route route) => route.Routes.SelectMany(AllOf).Prepend(route);

    private static bool Collect(Route route, LabelSet labels, List<Route> matches)
    {
        foreach (var matcher in route.Matchers)
        {
            if (!matcher.Matches(labels))
            {
                return false;
            }
        }
        var answered = false;
        foreach (var child in route.Routes)
        {
            if (Collect(child, labels, matches))
            {
                answered = true;
                if (!child.Continue)
                {
                    break;
                }
            }
        }
        if (!answered)
        {
            matches.Add(route);
        }
        return true;
    }
}
