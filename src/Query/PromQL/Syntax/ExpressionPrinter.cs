using System.Text;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>Writes a tree as PromQL on one line. Parentheses are nodes of the tree, so none are added.</summary>
internal static class ExpressionPrinter
{
    public static string Print(Expression expression)
    {
        var text = new StringBuilder();
        Write(text, expression);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Expression expression)
    {
        switch (expression)
        {
            case NumberLiteral number:
                text.Append(number.IsDuration ? DurationText.Format((long)Math.Round(number.Value * 1000)) : double.IsInfinity(number.Value) ? "Inf" : NumberText.Format(number.Value));
                break;
            case StringLiteral literal:
                text.Append(QuotedText.Quote(literal.Value));
                break;
            case ParenthesizedExpression parenthesized:
                text.Append('(');
                Write(text, parenthesized.Inner);
                text.Append(')');
                break;
            case UnaryExpression unary:
                text.Append(unary.Negates ? '-' : '+');
                Write(text, unary.Operand);
                break;
            case BinaryExpression binary:
                WriteBinary(text, binary);
                break;
            case AggregateExpression aggregate:
                WriteAggregate(text, aggregate);
                break;
            case CallExpression call:
                text.Append(call.Function.Name);
                WriteArguments(text, call.Arguments);
                break;
            case VectorSelector selector:
                WriteSelector(text, selector);
                WriteShift(text, selector.Shift);
                break;
            case RangeSelector range:
                WriteSelector(text, range.Selector);
                text.Append('[').Append(range.Range).Append(']');
                WriteShift(text, range.Selector.Shift);
                break;
            case SubqueryExpression subquery:
                Write(text, subquery.Inner);
                text.Append('[').Append(subquery.Range).Append(':').Append(subquery.Step?.ToString()).Append(']');
                WriteShift(text, subquery.Shift);
                break;
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} cannot be printed");
        }
    }

    private static void WriteBinary(StringBuilder text, BinaryExpression binary)
    {
        Write(text, binary.Left);
        text.Append(' ').Append(binary.Operator.Text());
        if (binary.ReturnsBool)
        {
            text.Append(" bool");
        }
        if (binary.Matching is { } matching)
        {
            var isGrouped = matching.Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany;
            // "ignoring ()" says nothing, but group_left cannot stand without it.
            if (matching.On || matching.Labels.Count > 0 || isGrouped)
            {
                WriteLabels(text.Append(matching.On ? " on " : " ignoring "), matching.Labels);
            }
            if (isGrouped)
            {
                WriteLabels(text.Append(matching.Cardinality == MatchCardinality.ManyToOne ? " group_left " : " group_right "), matching.Include);
            }
        }
        text.Append(' ');
        Write(text, binary.Right);
    }

    private static void WriteAggregate(StringBuilder text, AggregateExpression aggregate)
    {
        text.Append(aggregate.Aggregation.Text());
        if (aggregate.Without || aggregate.Grouping.Count > 0)
        {
            WriteLabels(text.Append(aggregate.Without ? " without " : " by "), aggregate.Grouping);
            text.Append(' ');
        }
        WriteArguments(text, aggregate.Parameter is { } parameter ? [parameter, aggregate.Operand] : [aggregate.Operand]);
    }

    private static void WriteArguments(StringBuilder text, IReadOnlyList<Expression> arguments)
    {
        text.Append('(');
        for (var i = 0; i < arguments.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Write(text, arguments[i]);
        }
        text.Append(')');
    }

    private static void WriteLabels(StringBuilder text, IReadOnlyList<string> labels) =>
        text.Append('(').AppendJoin(", ", labels.Select(static label => LabelText.IsPlainName(label) ? label : QuotedText.Quote(label))).Append(')');

    private static void WriteSelector(StringBuilder text, VectorSelector selector)
    {
        text.Append(selector.Name);
        var conditions = selector.Name is null ? selector.Matchers : selector.Matchers.Skip(1).ToList();
        if (conditions.Count == 0)
        {
            return;
        }
        text.Append('{');
        for (var i = 0; i < conditions.Count; i++)
        {
            var condition = conditions[i];
            text.Append(i == 0 ? "" : ", ")
                .Append(LabelText.IsPlainName(condition.Name) ? condition.Name : QuotedText.Quote(condition.Name))
                .Append(LabelMatcher.OperatorText(condition.Operator))
                .Append(QuotedText.Quote(condition.Value));
        }
        text.Append('}');
    }

    private static void WriteShift(StringBuilder text, TimeShift shift)
    {
        _ = shift.Anchor switch
        {
            TimeAnchor.Fixed => text.Append(" @ ").Append(NumberText.Format(shift.AtMilliseconds / 1000.0)),
            TimeAnchor.Start => text.Append(" @ start()"),
            TimeAnchor.End => text.Append(" @ end()"),
            _ => text,
        };
        if (shift.OffsetMilliseconds != 0)
        {
            text.Append(" offset ").Append(DurationText.Format(shift.OffsetMilliseconds));
        }
    }
}
