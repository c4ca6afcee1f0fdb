using Observability.Query.LogQL.Parsing;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;

namespace Observability.Query.LogQL;

/// <summary>
/// Reads LogQL as Loki 3.x defines it (grafana.com/docs/loki/latest/query). The whole grammar is accepted; what the engine does not evaluate yet is refused there, with its position.
/// </summary>
public static class LogQLParser
{
    /// <exception cref="QueryException">With <see cref="QueryFault.Syntax"/>: not a query; the text says what was found and what was expected, and where.</exception>
    public static LogQLExpression Parse(string query)
    {
        if (query.Length > LogQLLimits.MaximumQueryLength)
        {
            throw new QueryException(
                QueryFault.Syntax, $"the query is {query.Length} characters long; at most {LogQLLimits.MaximumQueryLength} are allowed");
        }
        var reader = new TokenReader(query);
        var expression = new ExpressionParser(reader).Parse();
        return reader.Current.Kind == TokenKind.End ? expression : throw reader.Unexpected(AfterAnExpression(expression, reader.Current));
    }

    private static string AfterAnExpression(LogQLExpression expression, LogQLToken found) => found.Kind switch
    {
        TokenKind.Range when expression is LogSelectorExpression => "an aggregation around the range, such as rate({…}[5m])",
        _ when expression is LogSelectorExpression => "a line filter, '|' and a stage, or the end of the query",
        _ => "an operator or the end of the query",
    };
}
