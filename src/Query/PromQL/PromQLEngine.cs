using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>
/// Evaluates parsed PromQL over a source of series, with the semantics of Prometheus 3: ranges open on the left, names removed at the end, staleness markers.
/// Holds settings alone; any number of threads may share it.
/// </summary>
/// <param name="lookbackMilliseconds">How long a sample stands for its series when no newer one comes.</param>
/// <param name="defaultSubqueryStepMilliseconds">The step of <c>[1h:]</c>.</param>
public sealed class PromQLEngine(long lookbackMilliseconds = PromQLEngine.DefaultLookbackMilliseconds, long defaultSubqueryStepMilliseconds = 60_000)
{
    /// <summary>Five minutes, as in Prometheus: rules written for it rely on that.</summary>
    public const long DefaultLookbackMilliseconds = 5 * 60 * 1000;

    /// <param name="expression">From <see cref="PromQLParser"/>.</param>
    /// <param name="source">Read once for each selector.</param>
    /// <param name="timeMilliseconds">Unix time of the evaluation.</param>
    /// <param name="limits">Null for <see cref="EvaluationLimits.Default"/>.</param>
    /// <param name="cancellationToken">Looked at before each selector and each step of a subquery.</param>
    /// <returns>A <see cref="Scalar"/>, <see cref="StringValue"/>, <see cref="InstantVector"/>, or <see cref="RangeMatrix"/> for a range selector.</returns>
    /// <exception cref="QueryException">Data that the query cannot combine, or a limit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public QueryResult EvaluateInstant(Expression expression, ISeriesSource source, long timeMilliseconds, EvaluationLimits? limits = null, CancellationToken cancellationToken = default)
    {
        var context = new EvaluationContext(source, Range(timeMilliseconds, timeMilliseconds, stepMilliseconds: 0), limits ?? EvaluationLimits.Default, cancellationToken);
        try
        {
            return new QueryResult(Evaluate(expression, context, timeMilliseconds), context.Annotations);
        }
        finally
        {
            context.ReleaseBuffers();
        }
    }

    /// <summary>Evaluates at start, start + step, … up to end, inclusive.</summary>
    /// <returns>A <see cref="RangeMatrix"/>; for a scalar expression it has one series without labels.</returns>
    /// <exception cref="QueryException">As for an instant query; also for strings and ranges, which have no value over time, and for a step below 1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public QueryResult EvaluateRange(
        Expression expression,
        ISeriesSource source,
        long startMilliseconds,
        long endMilliseconds,
        long stepMilliseconds,
        EvaluationLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        var bounds = limits ?? EvaluationLimits.Default;
        RefuseImpossible(expression, startMilliseconds, endMilliseconds, stepMilliseconds, bounds);
        var context = new EvaluationContext(source, Range(startMilliseconds, endMilliseconds, stepMilliseconds), bounds, cancellationToken);
        try
        {
            return new QueryResult(EvaluateSteps(expression, context), context.Annotations);
        }
        finally
        {
            context.ReleaseBuffers();
        }
    }

    private static QueryValue Evaluate(Expression expression, EvaluationContext context, long timeMilliseconds)
    {
        var plan = new PlanBuilder(context);
        var times = new TimeBounds(timeMilliseconds, timeMilliseconds, StepMilliseconds: 0);
        switch (expression.Kind)
        {
            case ValueKind.String:
                return new StringValue(timeMilliseconds, PlanBuilder.Text(expression));
            case ValueKind.Scalar:
                return new Scalar(timeMilliseconds, plan.Scalar(expression, times).Evaluate(timeMilliseconds));
            case ValueKind.RangeVector:
                return Windows(plan.Range(expression, times), timeMilliseconds);
            default:
                var vector = context.NewBuffer();
                plan.Vector(expression, times).Evaluate(timeMilliseconds, vector);
                context.Use(vector.Count);
                return new InstantVector(timeMilliseconds, FinalLabels.Of(vector.Samples));
        }
    }

    private static RangeMatrix EvaluateSteps(Expression expression, EvaluationContext context)
    {
        var range = context.Range;
        var plan = new PlanBuilder(context);
        var times = new TimeBounds(range.StartMilliseconds, range.EndMilliseconds, range.StepMilliseconds);
        var root = expression.Kind == ValueKind.Scalar ? new ScalarAsVector(plan.Scalar(expression, times)) : plan.Vector(expression, times);
        var collector = new SeriesCollector(context, removesNames: true);
        var vector = context.NewBuffer();
        for (var time = range.StartMilliseconds; time <= range.EndMilliseconds; time += range.StepMilliseconds)
        {
            context.ThrowIfCancelled();
            vector.Clear();
            root.Evaluate(time, vector);
            collector.Append(time, vector.Samples);
        }
        return collector.ToMatrix();
    }

    private EvaluationRange Range(long start, long end, long stepMilliseconds) => new(start, end, stepMilliseconds, lookbackMilliseconds, defaultSubqueryStepMilliseconds);

    private static void RefuseImpossible(Expression expression, long start, long end, long step, EvaluationLimits limits)
    {
        if (expression.Kind is ValueKind.String or ValueKind.RangeVector)
        {
            throw new QueryException(
                QueryFault.Syntax, $"a range query evaluates a scalar or an instant vector at each step, found {TypeChecker.Name(expression.Kind)}", expression.Span.Start);
        }
        if (step < 1 || end < start)
        {
            throw new QueryException(QueryFault.Syntax, step < 1 ? "the step must be at least 1ms" : "the end must not be before the start");
        }
        var steps = ((end - start) / step) + 1;
        if (steps > limits.MaximumSteps)
        {
            throw new QueryException(QueryFault.Limit, $"the query has {steps} steps; at most {limits.MaximumSteps} are allowed (limit MaximumSteps); use a larger step or a shorter range");
        }
    }

    private static RangeMatrix Windows(RangeOperator range, long timeMilliseconds)
    {
        range.MoveTo(timeMilliseconds);
        var series = new List<SeriesSamples>(range.Count);
        for (var i = 0; i < range.Count; i++)
        {
            var window = range.WindowOf(i);
            if (window.Count > 0)
            {
                var labels = FinalLabels.Of(new VectorSample(range.LabelsOf(i), 0, range.DropsNameOf(i)));
                series.Add(new SeriesSamples(labels, window.Times.ToArray(), window.Values.ToArray()));
            }
        }
        series.Sort(static (left, right) => LabelOrder.Compare(left.Labels, right.Labels));
        return new RangeMatrix(series);
    }
}
