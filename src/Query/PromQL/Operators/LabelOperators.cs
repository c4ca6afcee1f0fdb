using System.Text.RegularExpressions;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>
/// <c>label_replace</c> and <c>label_join</c>: a label computed from others. Each distinct label set is computed once an evaluation, however many steps it has.
/// </summary>
/// <param name="inner">What to relabel.</param>
/// <param name="target">The label to set.</param>
/// <param name="compute">The new value, or null to leave the sample as it is.</param>
internal sealed class RelabelledVector(VectorOperator inner, string target, Func<LabelSet, string?> compute) : VectorOperator
{
    private readonly Dictionary<LabelSet, (LabelSet Labels, bool Changed)> _known = [];

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        inner.Evaluate(timeMilliseconds, output);
        foreach (ref var sample in output.Writable)
        {
            if (!_known.TryGetValue(sample.Labels, out var relabelled))
            {
                relabelled = compute(sample.Labels) is { } value ? (sample.Labels.With(target, value), true) : (sample.Labels, false);
                _known.Add(sample.Labels, relabelled);
            }
            // A name that is set on purpose is no longer the one that a function condemned.
            var dropsName = sample.DropsName && !(relabelled.Changed && target == LabelSet.MetricName);
            sample = new VectorSample(relabelled.Labels, sample.Value, dropsName);
        }
        FinalLabels.RefuseDuplicates(output.Samples);
    }
}

/// <summary>The ways to compute a label.</summary>
internal static class LabelFunctions
{
    /// <exception cref="QueryException">The target is no label name, or the expression does not compile.</exception>
    public static Func<LabelSet, string?> Replace(string target, string replacement, string source, string pattern)
    {
        RefuseInvalidName(target, "destination label name in label_replace()");
        Regex regex;
        try
        {
            regex = LinearRegex.Anchored(pattern);
        }
        catch (ArgumentException exception)
        {
            throw new QueryException(QueryFault.Execution, $"invalid regular expression in label_replace(): {exception.Message}");
        }
        var expansion = new GroupReplacement(pattern, replacement);
        return labels => regex.Match(labels[source]) is { Success: true } match ? expansion.Expand(match) : null;
    }

    /// <exception cref="QueryException">The target is no label name.</exception>
    public static Func<LabelSet, string?> Join(string target, string separator, string[] sources)
    {
        RefuseInvalidName(target, "destination label name in label_join()");
        return labels => string.Join(separator, sources.Select(source => labels[source]));
    }

    /// <exception cref="QueryException">Not usable as a label name.</exception>
    public static void RefuseInvalidName(string name, string what)
    {
        if (name.Length == 0 || !QuotedText.IsValidText(name))
        {
            throw new QueryException(QueryFault.Execution, $"invalid {what} {QuotedText.Quote(name)}");
        }
    }
}
