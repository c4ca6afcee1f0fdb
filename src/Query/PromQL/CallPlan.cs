using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>The operators of functions that return a vector.</summary>
internal sealed class CallPlan(EvaluationContext context, PlanBuilder plan, CallExpression call, TimeBounds times)
{
    private readonly string _name = call.Function.Name;

    public VectorOperator Build()
    {
        if (VectorMath.Find(_name) is { } mathematics)
        {
            return new MappedVector(Vector(0), mathematics);
        }
        if (CalendarFunctions.Find(_name) is { } calendar)
        {
            return new MappedVector(call.Arguments.Count == 0 ? new ScalarAsVector(new TimeScalar()) : Vector(0), calendar);
        }
        if (RangeFunctions.Find(_name) is { } range)
        {
            return RangeCall(range);
        }
        return _name switch
        {
            "vector" => new ScalarAsVector(Scalar(0)),
            "timestamp" => Timestamp(call.Arguments[0]),
            "absent" => new AbsentVector(context, Vector(0), AbsentLabels.Of(call.Arguments[0])),
            "absent_over_time" => new AbsentRange(plan.Range(call.Arguments[0], times), AbsentLabels.Of(call.Arguments[0])),
            "clamp" => new ClampedVector(Vector(0), Scalar(1), Scalar(2)),
            "clamp_min" => new ClampedVector(Vector(0), Scalar(1), new ConstantScalar(double.PositiveInfinity)),
            "clamp_max" => new ClampedVector(Vector(0), new ConstantScalar(double.NegativeInfinity), Scalar(1)),
            "round" => new RoundedVector(Vector(0), call.Arguments.Count == 2 ? Scalar(1) : new ConstantScalar(1)),
            "label_replace" => new RelabelledVector(Vector(0), Text(1), LabelFunctions.Replace(Text(1), Text(2), Text(3), Text(4))),
            "label_join" => new RelabelledVector(Vector(0), Text(1), LabelFunctions.Join(Text(1), Text(2), Texts(from: 3))),
            "sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc" => Sort(),
            _ => Histogram(),
        };
    }

    private VectorOperator RangeCall(RangeFunction function)
    {
        var at = call.Arguments[0].Kind == ValueKind.RangeVector ? 0 : 1;
        var scalars = call.Arguments.Where((_, index) => index != at).Select(argument => plan.Scalar(argument, times)).ToArray();
        return new RangeCallOperator(context, call, function, plan.Range(call.Arguments[at], times), scalars.ElementAtOrDefault(0), scalars.ElementAtOrDefault(1));
    }

    private VectorOperator Timestamp(Expression argument) => argument switch
    {
        ParenthesizedExpression parenthesized => Timestamp(parenthesized.Inner),
        VectorSelector selector => new InstantSelector(context, selector, times, givesTimes: true),
        _ => new EvaluationTimes(plan.Vector(argument, times)),
    };

    private VectorOperator Sort()
    {
        if (!context.Range.IsInstant)
        {
            context.Warn(call, "sort is ineffective for range queries since results are always ordered by labels");
        }
        return _name is "sort" or "sort_desc"
            ? new SortedByValue(Vector(0), descending: _name == "sort_desc")
            : new SortedByLabel(Vector(0), Texts(from: 1), descending: _name == "sort_by_label_desc");
    }

    private VectorOperator Histogram()
    {
        switch (_name)
        {
            case "histogram_quantile":
                return new ClassicHistogramOperator(context, Vector(1), call.Arguments[1], new HistogramQuantiles(context, label: null, [call.Arguments[0]], [Scalar(0)]));
            case "histogram_quantiles":
                LabelFunctions.RefuseInvalidName(Text(1), "label name in histogram_quantiles()");
                var quantiles = call.Arguments.Skip(2).ToList();
                var scalars = quantiles.ConvertAll(quantile => plan.Scalar(quantile, times)).ToArray();
                return new ClassicHistogramOperator(context, Vector(0), call.Arguments[0], new HistogramQuantiles(context, Text(1), quantiles, scalars));
            case "histogram_fraction":
                return new ClassicHistogramOperator(context, Vector(2), call.Arguments[2], new HistogramFraction(Scalar(0), Scalar(1)));
            case "histogram_avg" or "histogram_count" or "histogram_sum" or "histogram_stddev" or "histogram_stdvar":
                return new NativeHistogramsOnly(context, Vector(0));
            default:
                throw new QueryException(QueryFault.Execution, $"{_name}() is not yet evaluated here; only its syntax is known", call.Span.Start);
        }
    }

    private VectorOperator Vector(int argument) => plan.Vector(call.Arguments[argument], times);

    private ScalarOperator Scalar(int argument) => plan.Scalar(call.Arguments[argument], times);

    private string Text(int argument) => PlanBuilder.Text(call.Arguments[argument]);

    private string[] Texts(int from) => [.. call.Arguments.Skip(from).Select(PlanBuilder.Text)];
}
