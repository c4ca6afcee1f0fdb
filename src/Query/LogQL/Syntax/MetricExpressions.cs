using System.Text;
using Observability.Query.LogQL.Units;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Syntax;

/// <summary>A number. A sign is part of it.</summary>
public sealed record LiteralExpression(QueryPosition Position, double Value) : MetricExpression(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append(NumberText.Format(Value));
}

/// <summary><c>vector(0)</c>: one sample without labels at every step.</summary>
public sealed record VectorExpression(QueryPosition Position, double Value) : MetricExpression(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append("vector(").Append(NumberText.Format(Value)).Append(')');
}

/// <summary><c>by (a, b)</c> or <c>without (a, b)</c>.</summary>
public sealed record LabelGrouping(QueryPosition Position, bool IsWithout, IReadOnlyList<string> Labels) : LogQLNode(Position)
{
    internal override void WriteTo(StringBuilder text) => text.Append(IsWithout ? "without (" : "by (").AppendJoin(", ", Labels).Append(')');
}

/// <summary>What a label's text is converted from by <c>unwrap</c>.</summary>
public enum UnwrapConversion
{
    None,
    Bytes,

    /// <summary><c>duration(…)</c> and <c>duration_seconds(…)</c> are the same; the value is in seconds.</summary>
    Duration,
}

/// <summary><c>| unwrap took</c>: the label becomes the sample's value. Filters after it may drop samples that could not be converted.</summary>
public sealed record UnwrapExpression(QueryPosition Position, string Label, UnwrapConversion Conversion, IReadOnlyList<LabelFilter> Filters) : LogQLNode(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append("| unwrap ").Append(Conversion switch
        {
            UnwrapConversion.Bytes => $"bytes({Label})",
            UnwrapConversion.Duration => $"duration({Label})",
            _ => Label,
        });
        foreach (var filter in Filters)
        {
            text.Append(" | ");
            filter.WriteTo(text);
        }
    }
}

/// <summary>The records that one value rests on: those of (time − offset − range, time − offset].</summary>
public sealed record LogRangeExpression(QueryPosition Position, LogSelectorExpression Selector, UnwrapExpression? Unwrap, long RangeNanoseconds, long OffsetNanoseconds)
    : LogQLNode(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        Selector.WriteTo(text);
        if (Unwrap is not null)
        {
            text.Append(' ');
            Unwrap.WriteTo(text);
        }
        text.Append(" [").Append(QueryDuration.Format(RangeNanoseconds)).Append(']');
        if (OffsetNanoseconds != 0)
        {
            text.Append(" offset ").Append(QueryDuration.Format(OffsetNanoseconds));
        }
    }
}

/// <summary><c>rate({…}[5m])</c> and its kin. <paramref name="Parameter"/> is the φ of <c>quantile_over_time</c> and null for all others.</summary>
public sealed record RangeAggregationExpression(QueryPosition Position, RangeOperation Operation, double? Parameter, LogRangeExpression Range, LabelGrouping? Grouping)
    : MetricExpression(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append(Operation.Text()).Append('(');
        if (Parameter is { } parameter)
        {
            text.Append(NumberText.Format(parameter)).Append(", ");
        }
        Range.WriteTo(text);
        text.Append(')');
        if (Grouping is not null)
        {
            text.Append(' ');
            Grouping.WriteTo(text);
        }
    }
}

/// <summary><c>sum by (pipeline) (…)</c> and its kin. <paramref name="Count"/> is the k of <c>topk</c>, <c>bottomk</c> and <c>approx_topk</c>; without a grouping all series are one group.</summary>
public sealed record VectorAggregationExpression(QueryPosition Position, VectorOperation Operation, int? Count, MetricExpression Inner, LabelGrouping? Grouping)
    : MetricExpression(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append(Operation.Text());
        if (Grouping is not null)
        {
            text.Append(' ');
            Grouping.WriteTo(text);
            text.Append(' ');
        }
        text.Append('(');
        if (Count is { } count)
        {
            text.Append(count).Append(", ");
        }
        Inner.WriteTo(text);
        text.Append(')');
    }
}

/// <summary><c>a / on (pipeline) group_left (team) b</c>.</summary>
/// <param name="Position">Of the operator.</param>
/// <param name="Operator">Never atan2.</param>
/// <param name="Left">The left operand.</param>
/// <param name="Right">The right operand.</param>
/// <param name="Matching">Which samples of two vectors belong together.</param>
/// <param name="ReturnsBool">A comparison gives 0 or 1 instead of dropping what does not hold.</param>
public sealed record BinaryExpression(
    QueryPosition Position, BinaryOperator Operator, MetricExpression Left, MetricExpression Right, VectorMatching Matching, bool ReturnsBool)
    : MetricExpression(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append('(');
        Left.WriteTo(text);
        text.Append(' ').Append(Operator.Text()).Append(ReturnsBool ? " bool " : " ");
        var isGrouped = Matching.Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany;
        if (Matching.On || Matching.Labels.Count > 0 || isGrouped)
        {
            text.Append(Matching.On ? "on (" : "ignoring (").AppendJoin(", ", Matching.Labels).Append(") ");
        }
        if (isGrouped)
        {
            text.Append(Matching.Cardinality == MatchCardinality.ManyToOne ? "group_left (" : "group_right (").AppendJoin(", ", Matching.Include).Append(") ");
        }
        Right.WriteTo(text);
        text.Append(')');
    }
}

/// <summary><c>label_replace(v, "dst", "$1", "src", "regex")</c>, as in PromQL.</summary>
public sealed record LabelReplaceExpression(
    QueryPosition Position, MetricExpression Inner, string Target, string Replacement, string Source, string Expression) : MetricExpression(Position)
{
    internal System.Text.RegularExpressions.Regex? Compiled { get; init; }

    internal override void WriteTo(StringBuilder text)
    {
        text.Append("label_replace(");
        Inner.WriteTo(text);
        foreach (var argument in (ReadOnlySpan<string>)[Target, Replacement, Source, Expression])
        {
            text.Append(", ").Append(LabelText.Quote(argument));
        }
        text.Append(')');
    }
}

/// <summary><c>variants(a, b) of (range)</c>: an experiment of Loki's, parsed and not evaluated yet.</summary>
public sealed record VariantsExpression(QueryPosition Position, IReadOnlyList<MetricExpression> Variants, LogRangeExpression Range) : MetricExpression(Position)
{
    internal override void WriteTo(StringBuilder text)
    {
        text.Append("variants(").AppendJoin(", ", Variants).Append(") of (");
        Range.WriteTo(text);
        text.Append(')');
    }
}
