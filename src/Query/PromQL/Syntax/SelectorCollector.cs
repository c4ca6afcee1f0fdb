namespace Observability.Query.PromQL;

/// <summary>Finds what a query reads. Rules use it to know which arriving series concern them.</summary>
internal static class SelectorCollector
{
    public static IReadOnlyList<VectorSelector> Collect(Expression expression)
    {
        var found = new List<VectorSelector>();
        Visit(expression, found);
        return found;
    }

    private static void Visit(Expression expression, List<VectorSelector> found)
    {
        switch (expression)
        {
            case VectorSelector selector:
                found.Add(selector);
                break;
            case RangeSelector range:
                found.Add(range.Selector);
                break;
            case SubqueryExpression subquery:
                Visit(subquery.Inner, found);
                break;
            case ParenthesizedExpression parenthesized:
                Visit(parenthesized.Inner, found);
                break;
            case UnaryExpression unary:
                Visit(unary.Operand, found);
                break;
            case BinaryExpression binary:
                Visit(binary.Left, found);
                Visit(binary.Right, found);
                break;
            case AggregateExpression aggregate:
                if (aggregate.Parameter is { } parameter)
                {
                    Visit(parameter, found);
                }
                Visit(aggregate.Operand, found);
                break;
            case CallExpression call:
                foreach (var argument in call.Arguments)
                {
                    Visit(argument, found);
                }
                break;
            case NumberLiteral or StringLiteral:
                break;
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is not known here");
        }
    }
}
