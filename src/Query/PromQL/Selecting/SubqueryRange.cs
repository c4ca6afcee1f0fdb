using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>
/// Evaluates an expression at multiples of its step and offers the results as a range. Windows of neighbouring times overlap; each inner time is evaluated once.
/// </summary>
internal sealed class SubqueryRange : RangeOperator
{
    private readonly EvaluationContext _context;
    private readonly SubqueryExpression _subquery;
    private readonly VectorOperator _inner;
    private readonly ShiftedTime _shift;
    private readonly long _step;
    private readonly SeriesCollector _collector;
    private readonly VectorBuffer _vector;
    private long _next = long.MinValue;
    private long _end;
    private int _points;

    public SubqueryRange(EvaluationContext context, SubqueryExpression subquery, VectorOperator inner)
    {
        _context = context;
        _subquery = subquery;
        _inner = inner;
        _shift = new ShiftedTime(subquery.Shift, context.Range);
        _step = StepOf(subquery, context.Range);
        _vector = context.NewBuffer();
        _collector = new SeriesCollector(context, removesNames: false);
    }

    public override int Count => _collector.Series.Count;

    /// <summary>First and last time at which the inner expression is evaluated.</summary>
    public static TimeBounds InnerBounds(SubqueryExpression subquery, EvaluationRange range, TimeBounds outer)
    {
        var (first, last, _) = new ShiftedTime(subquery.Shift, range).Apply(outer);
        var step = StepOf(subquery, range);
        // A range shorter than its step may hold no multiple of it at all; the bounds then say "nothing" as an empty stretch.
        var start = FirstMultipleAfter(first - subquery.Range.Milliseconds, step);
        return new TimeBounds(Math.Min(start, last), last, step);
    }

    public override void MoveTo(long timeMilliseconds)
    {
        _end = _shift.Apply(timeMilliseconds);
        _next = Math.Max(_next, FirstMultipleAfter(_end - _subquery.Range.Milliseconds, _step));
        for (; _next <= _end; _next += _step)
        {
            if (++_points > _context.Limits.MaximumSubqueryPoints)
            {
                throw new QueryException(
                    QueryFault.Limit,
                    $"the subquery is evaluated more than {_context.Limits.MaximumSubqueryPoints} times (limit MaximumSubqueryPoints); use a larger step or a shorter range, or raise the limit in settings",
                    _subquery.Span.Start);
            }
            _context.ThrowIfCancelled();
            _vector.Clear();
            _inner.Evaluate(_next, _vector);
            _collector.Append(_next, _vector.Samples);
        }
    }

    public override SampleWindow WindowOf(int index)
    {
        var series = _collector.Series[index];
        var start = _end - _subquery.Range.Milliseconds;
        var first = Cursor.Advance(series.Times, 0, start);
        var next = Cursor.Advance(series.Times, first, _end);
        return new SampleWindow(series.Times[first..next], series.Values[first..next], start, _end);
    }

    public override LabelSet LabelsOf(int index) => _collector.Series[index].Labels;

    public override bool DropsNameOf(int index) => _collector.Series[index].DropsName;

    private static long StepOf(SubqueryExpression subquery, EvaluationRange range) => subquery.Step?.Milliseconds ?? range.DefaultSubqueryStepMilliseconds;

    // Multiples count from the epoch, so that the same subquery reads the same points whenever it runs.
    private static long FirstMultipleAfter(long time, long step)
    {
        var multiple = time / step * step;
        if (multiple > time && time < 0)
        {
            multiple -= step;
        }
        return multiple + step;
    }
}
