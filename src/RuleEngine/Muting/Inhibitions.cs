using Observability.Configuration;
using Observability.RuleEngine.Tracking;

namespace Observability.RuleEngine.Muting;

/// <summary>
/// Alertmanager's inhibition: while a firing alert matches a rule's source, alerts that match its target and agree on the <c>equal</c> labels are not told.
/// An alert that matches both sides is not inhibited by one that does too, itself included.
/// </summary>
internal sealed class Inhibitions(IReadOnlyList<InhibitRule> rules)
{
    /// <summary>The alert that holds this one back, or null.</summary>
    public AlertState? InhibitorOf(AlertState target, IReadOnlyCollection<AlertState> alerts)
    {
        foreach (var rule in rules)
        {
            if (!rule.TargetMatchers.All(matcher => matcher.Matches(target.Labels)))
            {
                continue;
            }
            var targetIsSource = rule.SourceMatchers.All(matcher => matcher.Matches(target.Labels));
            foreach (var source in alerts)
            {
                if (source.IsFiring
                    && rule.SourceMatchers.All(matcher => matcher.Matches(source.Labels))
                    && rule.Equal.All(name => source.Labels[name] == target.Labels[name])
                    && !(targetIsSource && rule.TargetMatchers.All(matcher => matcher.Matches(source.Labels))))
                {
                    return source;
                }
            }
        }
        return null;
    }
}
