using System.Globalization;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;

namespace Observability.Query.LogQL.Parsing;

/// <summary>Aggregations over ranges and over vectors, and what each of them allows.</summary>
internal sealed class AggregationParser(TokenReader reader, ExpressionParser expressions, PipelineParser pipelines)
{
    /// <summary>Null when no aggregation begins here.</summary>
    public MetricExpression? TryParse()
    {
        if (reader.Current.Kind != TokenKind.Function)
        {
            return null;
        }
        if (Operations.TryParse(reader.Current.Text, out RangeOperation? rangeOperation))
        {
            return ParseRangeAggregation(rangeOperation.Value);
        }
        return Operations.TryParse(reader.Current.Text, out VectorOperation? vectorOperation) ? ParseVectorAggregation(vectorOperation.Value) : null;
    }

    public VariantsExpression ParseVariants()
    {
        var position = reader.Position;
        reader.Take();
        reader.Expect("(");
        var variants = new List<MetricExpression>();
        do
        {
            variants.Add(expressions.ParseMetric("variants"));
        }
        while (reader.TryTakeSymbol(","));
        reader.Expect(")");
        if (!reader.TryTakeKeyword("of"))
        {
            throw reader.Unexpected("'of'");
        }
        reader.Expect("(");
        var range = ParseRange();
        reader.Expect(")");
        return new VariantsExpression(position, variants, range);
    }

    private RangeAggregationExpression ParseRangeAggregation(RangeOperation operation)
    {
        var position = reader.Position;
        var name = reader.Take().Text;
        reader.Expect("(");
        double? parameter = null;
        if (reader.Current.Kind == TokenKind.Number)
        {
            if (operation != RangeOperation.QuantileOverTime)
            {
                throw reader.Error($"{name} takes no number before its range");
            }
            parameter = reader.ExpectNumber("a number");
            reader.Expect(",");
        }
        else if (operation == RangeOperation.QuantileOverTime)
        {
            throw reader.Unexpected("the quantile as a number from 0 to 1, such as 0.99");
        }
        var range = ParseRange();
        reader.Expect(")");
        var grouping = TryParseGrouping();
        Validate(operation, position, range, grouping);
        return new RangeAggregationExpression(position, operation, parameter, range, grouping);
    }

    private void Validate(RangeOperation operation, QueryPosition position, LogRangeExpression range, LabelGrouping? grouping)
    {
        if (range.Unwrap is null && !operation.TakesLines())
        {
            throw reader.Error($"{operation.Text()} works on numbers: end the pipeline with '| unwrap label'", position);
        }
        if (range.Unwrap is not null && !operation.TakesNumbers())
        {
            throw reader.Error($"{operation.Text()} works on lines and takes no unwrap", range.Unwrap.Position);
        }
        if (grouping is not null && !operation.AllowsGrouping())
        {
            throw reader.Error($"{operation.Text()} takes no grouping; write sum {grouping} ({operation.Text()}(…))", grouping.Position);
        }
    }

    private VectorAggregationExpression ParseVectorAggregation(VectorOperation operation)
    {
        var position = reader.Position;
        var name = reader.Take().Text;
        var grouping = TryParseGrouping();
        reader.Expect("(");
        int? count = null;
        if (operation.TakesCount())
        {
            var number = reader.Expect(TokenKind.Number, $"the number of series that {name} keeps");
            if (!int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed == 0)
            {
                throw reader.Error($"'{number.Text}' is no number of series; {name} keeps 1 or more", reader.PositionOf(number));
            }
            count = parsed;
            reader.Expect(",");
        }
        var inner = expressions.ParseMetric(name);
        reader.Expect(")");
        if (reader.Current.IsKeyword("by") || reader.Current.IsKeyword("without"))
        {
            grouping = grouping is null ? TryParseGrouping() : throw reader.Error($"{name} has a grouping before its parenthesis already");
        }
        if (grouping is not null && operation == VectorOperation.ApproxTopk)
        {
            throw reader.Error("approx_topk takes no grouping; put 'sum by (…)' inside it", grouping.Position);
        }
        return new VectorAggregationExpression(position, operation, count, inner, grouping);
    }

    private LabelGrouping? TryParseGrouping()
    {
        var position = reader.Position;
        var without = reader.TryTakeKeyword("without");
        return without || reader.TryTakeKeyword("by") ? new LabelGrouping(position, without, expressions.ParseLabels()) : null;
    }

    private LogRangeExpression ParseRange()
    {
        var parts = ParseRangeParts();
        return parts.RangeNanoseconds is { } range
            ? new LogRangeExpression(parts.Selector.Position, parts.Selector, parts.Unwrap, range, parts.OffsetNanoseconds)
            : throw reader.Unexpected("a range such as [5m]");
    }

    /// <summary>The range may stand behind the selector or behind the pipeline, inside or outside of parentheses.</summary>
    private RangeParts ParseRangeParts()
    {
        reader.Enter();
        RangeParts parts;
        if (reader.TryTakeSymbol("("))
        {
            parts = ParseRangeParts();
            reader.Expect(")");
        }
        else
        {
            var (selector, unwrap) = pipelines.ParseSelectorAndUnwrap(reader.Position);
            parts = new RangeParts(selector, unwrap, null, 0);
        }
        if (parts.RangeNanoseconds is null && reader.TryTake(TokenKind.Range, out var range))
        {
            parts = parts with { RangeNanoseconds = Bounded(range), OffsetNanoseconds = ParseOffset() };
            if (parts.Selector.Stages.Count == 0 && parts.Unwrap is null)
            {
                var (stages, unwrap) = pipelines.ParseStages();
                parts = parts with { Selector = parts.Selector with { Stages = stages }, Unwrap = unwrap };
            }
        }
        reader.Leave();
        return parts;
    }

    private long ParseOffset()
    {
        if (!reader.TryTakeKeyword("offset"))
        {
            return 0;
        }
        var negative = reader.TryTakeSymbol("-");
        var duration = reader.Expect(TokenKind.Duration, "a duration such as 5m");
        return negative ? -Bounded(duration) : Bounded(duration);
    }

    private long Bounded(LogQLToken duration) => duration.Quantity <= LogQLLimits.MaximumDurationNanoseconds
        ? (long)duration.Quantity
        : throw reader.Error($"'{duration.Text}' is longer than 50 years", reader.PositionOf(duration));

    private sealed record RangeParts(LogSelectorExpression Selector, UnwrapExpression? Unwrap, long? RangeNanoseconds, long OffsetNanoseconds);
}
