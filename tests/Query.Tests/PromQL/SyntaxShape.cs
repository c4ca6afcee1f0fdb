using System.Globalization;
using Observability.Query.PromQL;

namespace Observability.Query.Tests.PromQL;

/// <summary>A tree as text without its positions: two queries with the same shape mean the same.</summary>
internal static class SyntaxShape
{
    public static string Of(Expression expression) => expression switch
    {
        NumberLiteral number => string.Create(CultureInfo.InvariantCulture, $"{(number.IsDuration ? "duration" : "number")} {number.Value:R}"),
        StringLiteral literal => $"string <{literal.Value}>",
        ParenthesizedExpression parenthesized => $"({Of(parenthesized.Inner)})",
        UnaryExpression unary => $"[{(unary.Negates ? "neg" : "pos")} {Of(unary.Operand)}]",
        BinaryExpression binary => $"[{binary.Operator} {binary.ReturnsBool} {Matching(binary)} {Of(binary.Left)} {Of(binary.Right)}]",
        AggregateExpression aggregate => $"[{aggregate.Aggregation} {aggregate.Without} <{string.Join(',', aggregate.Grouping)}> {(aggregate.Parameter is { } parameter ? Of(parameter) : "")} {Of(aggregate.Operand)}]",
        CallExpression call => $"[{call.Function.Name} {string.Join(' ', call.Arguments.Select(Of))}]",
        VectorSelector selector => $"[{selector.Name} <{string.Join(',', selector.Matchers)}> {selector.Shift}]",
        RangeSelector range => $"[range {range.Range} {Of(range.Selector)}]",
        SubqueryExpression subquery => $"[subquery {subquery.Range} {subquery.Step} {subquery.Shift} {Of(subquery.Inner)}]",
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    private static string Matching(BinaryExpression binary) => binary.Matching is { } matching
        ? $"{matching.Cardinality} {matching.On} <{string.Join(',', matching.Labels)}> <{string.Join(',', matching.Include)}>"
        : "";
}
