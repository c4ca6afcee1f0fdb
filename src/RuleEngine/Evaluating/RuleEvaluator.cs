using System.Diagnostics;
using Observability.Query.PromQL;
using Observability.Query.Values;
using Observability.RuleEngine.Rules;
using Observability.Telemetry;

namespace Observability.RuleEngine.Evaluating;

/// <summary>What one rule came to at one time: its result, or why there is none (then its alerts stay as they are).</summary>
internal sealed record RuleOutcome(CompiledRule Rule, IReadOnlyList<RuleResult>? Results, string? Error)
{
    public static RuleOutcome Failed(CompiledRule rule, string error) => new(rule, null, error);
}

/// <summary>Evaluates the rules of a group, in order, at one time. Pure over the series source.</summary>
internal sealed class RuleEvaluator(ISeriesSource series)
{
    /// <summary>One rule may not hold up the others for longer. Measured evaluations of 10,000 series take tens of milliseconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly PromQLEngine _engine = new();

    public IReadOnlyList<RuleOutcome> Evaluate(CompiledGroup group, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var outcomes = new RuleOutcome[group.Rules.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Evaluate(group, group.Rules[i], now - group.QueryOffset, cancellationToken);
        }
        return outcomes;
    }

    private RuleOutcome Evaluate(CompiledGroup group, CompiledRule rule, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            var result = _engine.EvaluateInstant(rule.Expression, series, at.ToUnixTimeMilliseconds(), EvaluationLimits.Default, limit.Token);
            return ToOutcome(group, rule, result.Value);
        }
        catch (QueryException exception)
        {
            return RuleOutcome.Failed(rule, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return RuleOutcome.Failed(rule, $"took longer than {Timeout.TotalSeconds:0} s");
        }
    }

    private static RuleOutcome ToOutcome(CompiledGroup group, CompiledRule rule, QueryValue value)
    {
        var samples = value switch
        {
            InstantVector vector => vector.Samples,
            Scalar scalar => [new VectorSample(LabelSet.Empty, scalar.Value)],
            _ => throw new UnreachableException("a rule's expression is checked at load to give a vector or a scalar"),
        };
        if (group.Limit > 0 && samples.Count > group.Limit)
        {
            return RuleOutcome.Failed(rule, $"gives {samples.Count} alerts, the group's limit is {group.Limit}");
        }
        var results = new List<RuleResult>(samples.Count);
        var seen = new HashSet<ulong>(samples.Count);
        foreach (var sample in samples)
        {
            var result = rule.Texts.Apply(rule.Name, sample.Labels, sample.Value);
            if (!seen.Add(result.Labels.Fingerprint))
            {
                return RuleOutcome.Failed(rule, $"two results have the same labels {result.Labels}: keep the label that tells them apart");
            }
            results.Add(result);
        }
        return new RuleOutcome(rule, results, null);
    }
}
