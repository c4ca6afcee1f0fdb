using System.Globalization;

namespace Observability.Query.Values;

/// <summary>A place in the text of a query. Offset counts UTF-16 units from 0; line and column count from 1.</summary>
public readonly record struct QueryPosition(int Offset, int Line, int Column)
{
    public static QueryPosition Of(string text, int offset)
    {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < offset && i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                line++;
                lineStart = i + 1;
            }
        }
        return new QueryPosition(offset, line, offset - lineStart + 1);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}");
}

/// <summary>What kind of answer an API gives for a <see cref="QueryException"/>.</summary>
public enum QueryFault
{
    /// <summary>The text is not a query: HTTP 400 <c>bad_data</c>.</summary>
    Syntax,

    /// <summary>The query met data that it cannot combine (duplicate series, NaN as a count): HTTP 422 <c>execution</c>.</summary>
    Execution,

    /// <summary>A limit was reached: HTTP 422 <c>execution</c>; the text names the limit.</summary>
    Limit,
}

/// <summary>A query that cannot be answered, in words for its author. The engines throw nothing else, but for <see cref="OperationCanceledException"/>.</summary>
public sealed class QueryException : Exception
{
    public QueryException(QueryFault fault, string reason, QueryPosition? position = null)
        : base(position is { } at ? $"{at}: {reason}" : reason)
    {
        Fault = fault;
        Reason = reason;
        Position = position;
    }

    public QueryFault Fault { get; }

    /// <summary>The message without its position.</summary>
    public string Reason { get; }

    /// <summary>Null where the data and not the text is at fault.</summary>
    public QueryPosition? Position { get; }
}
