using Observability.Configuration;
using Observability.RuleEngine.Tracking;

namespace Observability.RuleEngine.Muting;

/// <summary>
/// Alertmanager's inhibition: while a firing alert matches a rule's source, alerts that match its target and agree on the <c>equal</c> labels are not told.
/// An alert that matches both sides is not inhibited by one that does too, itself included. The sources of each rule are kept by the values of its
/// <c>equal</c> labels, so that a question costs a lookup a rule and not a walk over all alerts. Not thread-safe: the decision loop owns it.
/// </summary>
internal sealed class Inhibitions
{
    private readonly List<RuleSources> _rules;

    public Inhibitions(IReadOnlyList<InhibitRule> rules)
    {
        _rules = [.. rules.Select(rule => new RuleSources(rule))];
    }

    /// <summary>Takes note of an alert that began, changed or ended.</summary>
    public void Follow(AlertState alert)
    {
        foreach (var rule in _rules)
        {
            rule.Follow(alert);
        }
    }

    /// <summary>Fingerprint of an alert that holds this one back, or null. Of several the lowest, so that the same alerts always name the same one.</summary>
    public ulong? InhibitorOf(AlertState target)
    {
        foreach (var rule in _rules)
        {
            if (rule.InhibitorOf(target) is { } inhibitor)
            {
                return inhibitor;
            }
        }
        return null;
    }

    private sealed class RuleSources(InhibitRule rule)
    {
        /// <summary>Sources that do not match the target side too: they may hold back everybody.</summary>
        private readonly Dictionary<string, SortedSet<ulong>> _plain = new(StringComparer.Ordinal);

        /// <summary>Those that match both sides: they may not hold back one that does too.</summary>
        private readonly Dictionary<string, SortedSet<ulong>> _both = new(StringComparer.Ordinal);

        public void Follow(AlertState alert)
        {
            if (!IsSource(alert))
            {
                return;
            }
            var sources = IsTarget(alert) ? _both : _plain;
            var key = KeyOf(alert);
            if (alert.IsFiring)
            {
                if (!sources.TryGetValue(key, out var same))
                {
                    sources[key] = same = [];
                }
                same.Add(alert.Labels.Fingerprint);
            }
            else if (sources.TryGetValue(key, out var same) && same.Remove(alert.Labels.Fingerprint) && same.Count == 0)
            {
                sources.Remove(key);
            }
        }

        public ulong? InhibitorOf(AlertState target)
        {
            if (_plain.Count + _both.Count == 0 || !IsTarget(target))
            {
                return null;
            }
            var key = KeyOf(target);
            return _plain.TryGetValue(key, out var plain) ? plain.Min
                : !IsSource(target) && _both.TryGetValue(key, out var both) ? both.Min
                : null;
        }

        private bool IsSource(AlertState alert) => rule.SourceMatchers.All(matcher => matcher.Matches(alert.Labels));

        private bool IsTarget(AlertState alert) => rule.TargetMatchers.All(matcher => matcher.Matches(alert.Labels));

        // Lengths keep values apart that would look alike when put behind each other.
        private string KeyOf(AlertState alert) => string.Concat(rule.Equal.Select(name => $"{alert.Labels[name].Length}:{alert.Labels[name]}"));
    }
}
