using Observability.Contracts;
using Observability.RuleEngine.Evaluating;
using Observability.RuleEngine.Rules;

namespace Observability.RuleEngine.Tracking;

/// <summary>
/// All alerts, by fingerprint. Turns the result of an evaluation into phases: what is new waits for its rule's <c>for</c>, what is gone is resolved.
/// Not thread-safe: the decision loop owns it. The clock is passed in.
/// </summary>
internal sealed class AlertTable(IRunFacts runs)
{
    private readonly Dictionary<ulong, AlertState> _alerts = [];
    private readonly Dictionary<string, HashSet<ulong>> _byRule = new(StringComparer.Ordinal);

    /// <summary>Alerts looked at since the start: what the steps cost, and what a test holds against what changed.</summary>
    public long Reads { get; private set; }

    public IReadOnlyCollection<AlertState> All
    {
        get
        {
            Reads += _alerts.Count;
            return _alerts.Values;
        }
    }

    public AlertState? Find(ulong fingerprint)
    {
        Reads++;
        return _alerts.GetValueOrDefault(fingerprint);
    }

    /// <summary>Puts back what the state store kept.</summary>
    public void Restore(AlertState alert) => Set(alert);

    /// <summary>What one evaluation of one rule changes. Alerts whose phase or occurrence changed are returned; a new value or text alone is no change.</summary>
    /// <param name="rule">The rule that was evaluated.</param>
    /// <param name="results">Its result: labels complete, no two the same.</param>
    /// <param name="now">The engine's time of the evaluation.</param>
    public IReadOnlyList<AlertChange> Apply(CompiledRule rule, IReadOnlyList<RuleResult> results, DateTimeOffset now)
    {
        var changes = new List<AlertChange>();
        var present = new HashSet<ulong>(results.Count);
        foreach (var result in results)
        {
            present.Add(result.Labels.Fingerprint);
            if (Advance(rule, result, now) is { } change)
            {
                changes.Add(change);
            }
        }
        if (_byRule.TryGetValue(rule.Key, out var known))
        {
            foreach (var fingerprint in known.Where(fingerprint => !present.Contains(fingerprint)).ToList())
            {
                if (Absent(rule, _alerts[fingerprint], now) is { } change)
                {
                    changes.Add(change);
                }
            }
        }
        return changes;
    }

    /// <summary>Ends every alert of rules that are no more; the reason goes into the notice.</summary>
    public IReadOnlyList<AlertChange> EndRulesExcept(IReadOnlySet<string> ruleKeys, DateTimeOffset now)
    {
        var changes = new List<AlertChange>();
        foreach (var (key, fingerprints) in _byRule.Where(pair => !ruleKeys.Contains(pair.Key)).ToList())
        {
            foreach (var fingerprint in fingerprints.ToList())
            {
                if (End(_alerts[fingerprint], now, "rule removed") is { } change)
                {
                    changes.Add(change);
                }
            }
        }
        return changes;
    }

    /// <summary>Forgets a resolved alert that nobody waits to be told about any more.</summary>
    public void Remove(AlertState alert)
    {
        _alerts.Remove(alert.Labels.Fingerprint);
        if (_byRule.TryGetValue(alert.RuleKey, out var known) && known.Remove(alert.Labels.Fingerprint) && known.Count == 0)
        {
            _byRule.Remove(alert.RuleKey);
        }
    }

    /// <summary>Keeps what Routing decided about the owner beside the alert.</summary>
    public AlertState SetOwner(AlertState alert, NoticeOwner owner)
    {
        var updated = alert with { Owner = owner };
        _alerts[alert.Labels.Fingerprint] = updated;
        return updated;
    }

    private AlertChange? Advance(CompiledRule rule, RuleResult result, DateTimeOffset now)
    {
        var before = Find(result.Labels.Fingerprint);
        if (before is null || before.Phase == AlertPhase.Resolved)
        {
            return Begin(rule, result, before, now);
        }

        var after = before with { Value = result.Value, Annotations = result.Annotations, KeepFiringSince = null };
        if (before.Phase == AlertPhase.Pending)
        {
            if (now - before.ActiveAt < rule.For)
            {
                Set(after);
                return null;
            }
            after = Fire(rule, after, now);
            Set(after);
            return new AlertChange(before, after);
        }

        var facts = runs.FactsFor(result.Labels);
        if (facts is not null && OccurrenceIdOf(facts) is var occurrence && occurrence != before.OccurrenceId)
        {
            after = after with { Run = facts, OccurrenceId = occurrence, Occurrences = before.Occurrences + 1 };
            Set(after);
            return new AlertChange(before, after);
        }
        // Between occurrences the texts stay as they were told: a notice shows the run that broke, not the newest state of its numbers.
        Set(after with { Annotations = before.Annotations });
        return null;
    }

    private AlertChange Begin(CompiledRule rule, RuleResult result, AlertState? before, DateTimeOffset now)
    {
        var alert = new AlertState
        {
            Labels = result.Labels,
            Phase = AlertPhase.Pending,
            RuleKey = rule.Key,
            ActiveAt = now,
            Value = result.Value,
            Annotations = result.Annotations,
            GeneratorUrl = rule.GeneratorUrl,
            // One that is back before its end was told goes on in the same conversation.
            Owner = before?.Owner,
        };
        if (rule.For == TimeSpan.Zero)
        {
            alert = Fire(rule, alert, now);
        }
        Set(alert);
        return new AlertChange(before, alert);
    }

    private AlertState Fire(CompiledRule rule, AlertState alert, DateTimeOffset now)
    {
        var facts = runs.FactsFor(alert.Labels);
        return alert with
        {
            Phase = AlertPhase.Firing,
            FiredAt = now,
            Run = facts,
            OccurrenceId = facts is null ? "" : OccurrenceIdOf(facts),
            Occurrences = 1,
            Why = WhyItFired.StepsFor(rule, alert, facts, now),
        };
    }

    private AlertChange? Absent(CompiledRule rule, AlertState before, DateTimeOffset now)
    {
        if (before.Phase == AlertPhase.Firing && rule.KeepFiringFor > TimeSpan.Zero)
        {
            var since = before.KeepFiringSince ?? now;
            if (now - since < rule.KeepFiringFor)
            {
                Set(before with { KeepFiringSince = since });
                return null;
            }
        }
        return End(before, now, "");
    }

    private AlertChange? End(AlertState before, DateTimeOffset now, string reason)
    {
        switch (before.Phase)
        {
            case AlertPhase.Pending:
                Remove(before);
                return new AlertChange(before, null);
            case AlertPhase.Firing:
                var after = before with { Phase = AlertPhase.Resolved, ResolvedAt = now, EndReason = reason, KeepFiringSince = null };
                Set(after);
                return new AlertChange(before, after);
            default:
                return null;
        }
    }

    private void Set(AlertState alert)
    {
        _alerts[alert.Labels.Fingerprint] = alert;
        if (!_byRule.TryGetValue(alert.RuleKey, out var known))
        {
            _byRule[alert.RuleKey] = known = [];
        }
        known.Add(alert.Labels.Fingerprint);
    }

    private static string OccurrenceIdOf(RunFacts facts) => $"{facts.RunId}#{facts.Attempt}";
}

/// <summary>One step in an alert's life; <paramref name="After"/> is null when a pending alert went away unheard.</summary>
internal sealed record AlertChange(AlertState? Before, AlertState? After);
