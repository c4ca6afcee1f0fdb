using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary><c>absent(vector)</c>: 1 when the vector is empty.</summary>
internal sealed class AbsentVector(EvaluationContext context, VectorOperator inner, LabelSet labels) : VectorOperator
{
    private readonly VectorBuffer _vector = context.NewBuffer();

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        if (_vector.Count == 0)
        {
            output.Add(new VectorSample(labels, 1));
        }
    }
}

/// <summary><c>absent_over_time(range)</c>: 1 when no series has a sample in the range.</summary>
internal sealed class AbsentRange(RangeOperator inner, LabelSet labels) : VectorOperator
{
    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        inner.MoveTo(timeMilliseconds);
        for (var i = 0; i < inner.Count; i++)
        {
            if (inner.WindowOf(i).Count > 0)
            {
                return;
            }
        }
        output.Add(new VectorSample(labels, 1));
    }
}

/// <summary>The labels of what is absent: those which its selector fixes with one <c>=</c>.</summary>
internal static class AbsentLabels
{
    public static LabelSet Of(Expression argument) => argument switch
    {
        ParenthesizedExpression parenthesized => Of(parenthesized.Inner),
        VectorSelector selector => Of(selector.Matchers),
        RangeSelector range => Of(range.Selector.Matchers),
        _ => LabelSet.Empty,
    };

    private static LabelSet Of(IReadOnlyList<LabelMatcher> matchers) => LabelSet.Of(matchers
        .Where(static matcher => matcher.Name != LabelSet.MetricName)
        .GroupBy(static matcher => matcher.Name, StringComparer.Ordinal)
        .Where(static group => group.Count() == 1 && group.First().Operator == MatchOperator.Equal)
        .Select(static group => new Label(group.Key, group.First().Value)));
}
