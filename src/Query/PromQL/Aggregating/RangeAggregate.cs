using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>
/// <c>sum by (…) (rate(x[5m]))</c> and its like, the most frequent query of dashboards and rules, series by series instead of step by step: each series is
/// unpacked once, all its windows are folded into their groups, and it is forgotten. What stays is one fold a group and step, however many series there are.
/// Within a step the series come in the same order as step by step, so the sums are the same to the last bit.
/// </summary>
internal sealed class RangeAggregate<TFold>(
    EvaluationContext context, AggregateExpression aggregate, CallExpression call, RangeFunction function, RangeSelector range, TimeBounds times) : VectorOperator
    where TFold : struct, IFold
{
    private readonly GroupTable _groups = new(aggregate, repeats: false);
    private readonly List<TFold[]> _folds = [];
    private readonly CounterNameCheck _nameCheck = new(context, call);
    private readonly bool _dropsName = !RangeFunctions.KeepsName(call.Function.Name);
    private bool _isFilled;

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        if (!_isFilled)
        {
            Fill();
            _isFilled = true;
        }
        var step = times.StepMilliseconds == 0 ? 0 : (int)((timeMilliseconds - times.FirstMilliseconds) / times.StepMilliseconds);
        for (var group = 0; group < _folds.Count; group++)
        {
            ref readonly var fold = ref _folds[group][step];
            if (fold.HasValue)
            {
                output.Add(new VectorSample(_groups.LabelsOf(group), fold.Value, _dropsName));
            }
        }
    }

    private void Fill()
    {
        var shift = new ShiftedTime(range.Selector.Shift, context.Range);
        var length = range.Range.Milliseconds;
        var scratch = new WindowScratch();
        var steps = times.Count;
        var (first, last, _) = shift.Apply(times);
        using var cursor = context.Open(range.Selector.Matchers, first - length, last, newestOnly: false);
        while (cursor.MoveNext())
        {
            context.ThrowIfCancelled();
            context.UseSeries(1);
            context.Use(cursor.Timestamps.Length);
            var labels = cursor.Labels;
            var windows = new SeriesWindows(cursor.Timestamps, cursor.Values, length, scratch);
            Span<TFold> folds = default;
            for (var step = 0; step < steps; step++)
            {
                var time = times.FirstMilliseconds + (step * times.StepMilliseconds);
                if (!function(windows.At(shift.Apply(time)), new RangeCall(time, 0, 0), out var value))
                {
                    continue;
                }
                if (folds.IsEmpty)
                {
                    // A series without any value makes no group.
                    folds = FoldsOf(_groups.NumberOf(labels, position: 0), steps);
                    _nameCheck.Look(labels);
                }
                folds[step].Add(value);
            }
        }
    }

    private TFold[] FoldsOf(int group, int steps)
    {
        if (group == _folds.Count)
        {
            // Points that are produced, and twice as big as a sample.
            context.Use(2L * steps);
            _folds.Add(new TFold[steps]);
        }
        return _folds[group];
    }
}

/// <summary>Makes the operator where a query has the form for it.</summary>
internal static class RangeAggregates
{
    /// <summary>Null for every other form.</summary>
    public static VectorOperator? TryBuild(EvaluationContext context, AggregateExpression aggregate, TimeBounds times)
    {
        // More steps than a range query may have can only be those of a subquery, which are counted as they are asked for.
        if (Inner(aggregate.Operand) is not CallExpression { Arguments: [var argument] } call || Inner(argument) is not RangeSelector range
            || RangeFunctions.Find(call.Function.Name) is not { } function || (times.LastMilliseconds - times.FirstMilliseconds) / Math.Max(1, times.StepMilliseconds) >= context.Limits.MaximumSteps)
        {
            return null;
        }
        return aggregate.Aggregation switch
        {
            Aggregation.Sum => new RangeAggregate<SumFold>(context, aggregate, call, function, range, times),
            Aggregation.Avg => new RangeAggregate<MeanFold>(context, aggregate, call, function, range, times),
            Aggregation.Min => new RangeAggregate<MinimumFold>(context, aggregate, call, function, range, times),
            Aggregation.Max => new RangeAggregate<MaximumFold>(context, aggregate, call, function, range, times),
            Aggregation.Count => new RangeAggregate<CountFold>(context, aggregate, call, function, range, times),
            Aggregation.Group => new RangeAggregate<PresenceFold>(context, aggregate, call, function, range, times),
            Aggregation.Stddev => new RangeAggregate<DeviationFold>(context, aggregate, call, function, range, times),
            Aggregation.Stdvar => new RangeAggregate<VarianceFold>(context, aggregate, call, function, range, times),
            _ => null,
        };
    }

    private static Expression Inner(Expression expression) => expression is ParenthesizedExpression parenthesized ? Inner(parenthesized.Inner) : expression;
}
