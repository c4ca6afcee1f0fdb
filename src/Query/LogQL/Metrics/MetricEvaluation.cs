using Observability.Query.LogQL.Pipelines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>A metric query in two passes: first every range reads its records once, then the tree is calculated step by step, in memory.</summary>
internal sealed class MetricEvaluation
{
    private readonly MetricExpression _root;
    private readonly StepTimes _steps;
    private readonly ILogTemplateCompiler? _templates;
    private readonly Dictionary<RangeAggregationExpression, RangeData> _ranges = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<BinaryExpression, BinaryCalculation> _binaries = new(ReferenceEqualityComparer.Instance);

    private MetricEvaluation(MetricExpression root, StepTimes steps, ILogTemplateCompiler? templates)
    {
        _root = root;
        _steps = steps;
        _templates = templates;
    }

    public static async Task<MetricEvaluation> LoadAsync(
        MetricExpression root, ILogSource source, StepTimes steps, LogQLLimits limits, ILogTemplateCompiler? templates, CancellationToken cancellationToken)
    {
        var evaluation = new MetricEvaluation(root, steps, templates);
        // The whole tree is compiled before the first record is read: a refusal costs nothing.
        evaluation.Prepare(root, outerGrouping: null);
        var left = limits.MaximumRecordsRead;
        foreach (var range in evaluation._ranges.Values)
        {
            left -= await range.LoadAsync(source, steps, left, limits, cancellationToken);
        }
        return evaluation;
    }

    /// <summary>Steps are asked for in ascending order, each once.</summary>
    public StepValue At(int step) => Evaluate(_root, step);

    private void Prepare(MetricExpression expression, LabelGrouping? outerGrouping)
    {
        switch (expression)
        {
            case RangeAggregationExpression range:
                _ranges.Add(range, new RangeData(range, new SampleExtractor(range, range.Grouping ?? outerGrouping, _templates)));
                break;
            case VectorAggregationExpression aggregation:
                Prepare(aggregation.Inner, GroupingForRange(aggregation));
                break;
            case BinaryExpression binary:
                _binaries.Add(binary, new BinaryCalculation(binary, repeats: _steps.Count > 1));
                Prepare(binary.Left, null);
                Prepare(binary.Right, null);
                break;
            case LabelReplaceExpression replace:
                Prepare(replace.Inner, null);
                break;
            case VariantsExpression:
                throw StageCompiler.NotYet("variants(…) of (…)", expression.Position);
            default:
                break;
        }
    }

    /// <summary>
    /// A sum over counts is the count of the sum's groups: grouping while reading spares the series in between. It also spares labels nobody asks for, and with them
    /// the limit that they would break; Loki does the same.
    /// </summary>
    private static LabelGrouping? GroupingForRange(VectorAggregationExpression aggregation)
    {
        var addsUp = aggregation.Inner is RangeAggregationExpression
        {
            Operation: RangeOperation.CountOverTime or RangeOperation.Rate or RangeOperation.BytesOverTime or RangeOperation.BytesRate or RangeOperation.SumOverTime,
        };
        return aggregation.Operation == VectorOperation.Sum && addsUp
            ? aggregation.Grouping ?? new LabelGrouping(aggregation.Position, IsWithout: false, [])
            : null;
    }

    private StepValue Evaluate(MetricExpression expression, int step) => expression switch
    {
        LiteralExpression literal => new StepValue(literal.Value),
        VectorExpression vector => new StepValue([new VectorSample(LabelSet.Empty, vector.Value)]),
        RangeAggregationExpression range => new StepValue(_ranges[range].At(_steps.At(step))),
        VectorAggregationExpression aggregation => new StepValue(VectorCalculation.Of(aggregation, VectorOf(aggregation.Inner, aggregation.Operation.Text(), step))),
        LabelReplaceExpression replace => new StepValue(LabelReplacement.Apply(replace, VectorOf(replace.Inner, "label_replace", step))),
        BinaryExpression binary => _binaries[binary].Of(Evaluate(binary.Left, step), Evaluate(binary.Right, step)),
        _ => throw StageCompiler.NotYet(expression.GetType().Name, expression.Position),
    };

    private List<VectorSample> VectorOf(MetricExpression expression, string taker, int step)
    {
        var value = Evaluate(expression, step);
        return value.Scalar is null
            ? value.Samples
            : throw new QueryException(QueryFault.Execution, $"{taker} works on a vector, and this is a number; write vector({expression})", expression.Position);
    }
}
