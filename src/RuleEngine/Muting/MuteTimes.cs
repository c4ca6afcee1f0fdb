using Observability.Configuration;

namespace Observability.RuleEngine.Muting;

/// <summary>A route's <c>mute_time_intervals</c> and <c>active_time_intervals</c>: when it tells nothing.</summary>
internal sealed class MuteTimes(IReadOnlyList<NamedTimeInterval> intervals)
{
    private readonly Dictionary<string, NamedTimeInterval> _byName = intervals.ToDictionary(interval => interval.Name, StringComparer.Ordinal);

    /// <summary>Why the route is quiet at this time, or null.</summary>
    public string? ReasonToBeQuiet(Route route, DateTimeOffset now)
    {
        foreach (var name in route.MuteTimeIntervals)
        {
            if (_byName[name].Contains(now))
            {
                return $"mute time {name}";
            }
        }
        return route.ActiveTimeIntervals.Count > 0 && !route.ActiveTimeIntervals.Any(name => _byName[name].Contains(now))
            ? $"outside of its active times ({string.Join(", ", route.ActiveTimeIntervals)})"
            : null;
    }
}
