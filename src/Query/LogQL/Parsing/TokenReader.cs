using System.Globalization;
using System.Text.RegularExpressions;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Parsing;

/// <summary>The tokens of one query and where the parser stands in them; makes the errors, which all say what was found and what was expected.</summary>
internal sealed class TokenReader
{
    private readonly string _query;
    private readonly List<LogQLToken> _tokens;
    private readonly List<int> _lineStarts = [0];
    private int _next;
    private int _depth;

    public TokenReader(string query)
    {
        _query = query;
        _tokens = LogQLLexer.Tokenize(query);
        for (var newLine = query.IndexOf('\n', StringComparison.Ordinal); newLine >= 0; newLine = query.IndexOf('\n', newLine + 1))
        {
            _lineStarts.Add(newLine + 1);
        }
    }

    public LogQLToken Current => _tokens[_next];

    public LogQLToken Following => _tokens[Math.Min(_next + 1, _tokens.Count - 1)];

    public QueryPosition Position => PositionOf(Current);

    public QueryPosition PositionOf(LogQLToken token)
    {
        var line = _lineStarts.BinarySearch(token.Offset);
        line = line >= 0 ? line : ~line - 1;
        return new QueryPosition(token.Offset, line + 1, token.Offset - _lineStarts[line] + 1);
    }

    public LogQLToken Take() => Current.Kind == TokenKind.End ? Current : _tokens[_next++];

    public bool TryTakeSymbol(string symbol) => TryTake(Current.IsSymbol(symbol));

    public bool TryTakeKeyword(string keyword) => TryTake(Current.IsKeyword(keyword));

    public bool TryTake(TokenKind kind, out LogQLToken token)
    {
        token = Current;
        return TryTake(token.Kind == kind);
    }

    public void Expect(string symbol)
    {
        if (!TryTakeSymbol(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    public LogQLToken Expect(TokenKind kind, string what) => TryTake(kind, out var token) ? token : throw Unexpected(what);

    public string ExpectText(string what) => Expect(TokenKind.Text, what).Text;

    public string ExpectName(string what) => Expect(TokenKind.Name, what).Text;

    /// <summary>A number, with a sign where the grammar has one.</summary>
    public double ExpectNumber(string what, bool allowsSign = false)
    {
        var negative = allowsSign && TryTakeSymbol("-");
        _ = !negative && allowsSign && TryTakeSymbol("+");
        var token = Expect(TokenKind.Number, what);
        var value = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value))
        {
            throw Error($"'{token.Text}' is larger than a number can be", PositionOf(token));
        }
        return negative ? -value : value;
    }

    /// <summary>Counts one level of the tree; the caller leaves it again with <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (++_depth > LogQLLimits.MaximumDepth)
        {
            throw Error($"the query is nested more than {LogQLLimits.MaximumDepth} levels deep");
        }
    }

    public void Leave(int levels = 1) => _depth -= levels;

    public QueryException Unexpected(string expected)
    {
        var found = Current.Kind switch
        {
            TokenKind.End => "the end of the query",
            TokenKind.Keyword => $"'{Current.Text}', a word of LogQL that cannot name a label",
            _ => $"'{_query.AsSpan(Current.Offset, Math.Min(Current.Length, 40))}'",
        };
        return Error($"found {found}, expected {expected}");
    }

    public QueryException Error(string reason, QueryPosition? position = null) => new(QueryFault.Syntax, reason, position ?? Position);

    /// <summary>Runs what compiles a user's expression, and gives its refusal the position of that expression.</summary>
    public static T Compile<T>(QueryPosition position, Func<T> compile)
    {
        try
        {
            return compile();
        }
        catch (ArgumentException refused)
        {
            throw new QueryException(QueryFault.Syntax, refused.Message, position);
        }
    }

    public static Regex CompileUnanchored(QueryPosition position, string expression) => Compile(position, () => LinearRegex.Unanchored(expression));

    private bool TryTake(bool condition)
    {
        if (condition)
        {
            _next++;
        }
        return condition;
    }
}
