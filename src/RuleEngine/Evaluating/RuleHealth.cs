using System.Collections.Concurrent;

namespace Observability.RuleEngine.Evaluating;

/// <summary>How each rule's last evaluation went, for <c>/api/v1/rules</c>. Written by the decision loop, read by anybody.</summary>
internal sealed class RuleHealth
{
    private readonly ConcurrentDictionary<string, RuleCondition> _byRule = new(StringComparer.Ordinal);

    public RuleCondition? Of(string ruleKey) => _byRule.GetValueOrDefault(ruleKey);

    public void Record(RuleOutcome outcome, DateTimeOffset at, TimeSpan duration) =>
        _byRule[outcome.Rule.Key] = new RuleCondition(at, duration, outcome.Error);

    public void KeepOnly(IReadOnlySet<string> ruleKeys)
    {
        foreach (var key in _byRule.Keys.Where(key => !ruleKeys.Contains(key)))
        {
            _byRule.TryRemove(key, out _);
        }
    }
}

/// <param name="Error">Null when it could be evaluated.</param>
internal sealed record RuleCondition(DateTimeOffset EvaluatedAt, TimeSpan Duration, string? Error);
