using Observability.Query.Values;

namespace Observability.Query.PromQL;

/// <summary>
/// Operator precedence parsing (Pratt): a primary with its postfixes (<c>[…]</c>, <c>offset</c>, <c>@</c>), signs before it, and binary operators by binding strength around it.
/// </summary>
internal sealed class ExpressionParser
{
    private readonly TokenReader _reader;
    private readonly TypeChecker _types;
    private readonly SelectorParser _selectors;
    private int _depth;

    public ExpressionParser(string text)
    {
        _reader = new TokenReader(text);
        _types = new TypeChecker(_reader);
        _selectors = new SelectorParser(_reader);
    }

    public Expression ParseWhole()
    {
        if (_reader.Current.Kind == TokenKind.End)
        {
            throw _reader.Error(_reader.Current.Span.Start, "the query is empty; expected an expression such as up == 0");
        }
        var expression = ParseBinary(minimumPrecedence: 1);
        return _reader.Current.Kind == TokenKind.End ? expression : throw _reader.Unexpected("an operator or the end of the query");
    }

    private Expression ParseBinary(int minimumPrecedence)
    {
        if (++_depth > PromQLParser.MaximumHeight)
        {
            throw TooDeep(_reader.Current.Span.Start);
        }
        var left = ParseSigned();
        while (BinaryOperatorOf(_reader.Current) is { } binaryOperator && binaryOperator.Precedence() >= minimumPrecedence)
        {
            var operatorToken = _reader.Take();
            var modifiers = ParseModifiers(binaryOperator, operatorToken);
            var rightMinimum = binaryOperator.IsRightAssociative() ? binaryOperator.Precedence() : binaryOperator.Precedence() + 1;
            var right = ParseBinary(rightMinimum);
            left = Checked(_types.Binary(left, right, binaryOperator, modifiers, operatorToken));
        }
        _depth--;
        return left;
    }

    private Expression ParseSigned()
    {
        if (_reader.Current.Kind is not (TokenKind.Plus or TokenKind.Minus))
        {
            return ParsePostfixed();
        }
        var sign = _reader.Take();
        // A sign binds like *, so only ^ is stronger: -2 ^ 2 is -(2 ^ 2).
        var operand = ParseBinary(BinaryOperator.Power.Precedence());
        return Checked(_types.Unary(new UnaryExpression(new TextSpan(sign.Span.Start, operand.Span.EndOffset), sign.Kind == TokenKind.Minus, operand)));
    }

    private Expression ParsePostfixed()
    {
        var expression = ParsePrimary();
        while (true)
        {
            if (_reader.Current.Kind == TokenKind.LeftBracket)
            {
                expression = Checked(_selectors.ParseBrackets(expression));
            }
            else if (_reader.Current.Kind == TokenKind.At)
            {
                expression = _selectors.ParseAt(expression);
            }
            else if (_reader.Current.Is("offset"))
            {
                expression = _selectors.ParseOffset(expression);
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression ParsePrimary()
    {
        var token = _reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
            case TokenKind.Duration:
                _reader.Take();
                return new NumberLiteral(token.Span, token.Number, token.Kind == TokenKind.Duration);
            case TokenKind.String:
                _reader.Take();
                return new StringLiteral(token.Span, token.Text);
            case TokenKind.LeftBrace:
                return _selectors.ParseSelector(name: null);
            case TokenKind.LeftParenthesis:
                _reader.Take();
                var inner = ParseBinary(minimumPrecedence: 1);
                var close = _reader.Expect(TokenKind.RightParenthesis, "')' or an operator");
                return Checked(new ParenthesizedExpression(new TextSpan(token.Span.Start, close.Span.EndOffset), inner));
            case TokenKind.Identifier:
                return ParseNamed(token);
            default:
                throw _reader.Unexpected("an expression: a selector, a number, a function, an aggregation or '('");
        }
    }

    private Expression ParseNamed(Token token)
    {
        if (token.Is("inf") || token.Is("nan"))
        {
            _reader.Take();
            return new NumberLiteral(token.Span, token.Is("inf") ? double.PositiveInfinity : double.NaN);
        }
        var following = _reader.Following;
        if (Aggregations.TryParse(token.Text, out var aggregation) && (following.Kind == TokenKind.LeftParenthesis || following.Is("by") || following.Is("without")))
        {
            return ParseAggregation(aggregation);
        }
        if (following.Kind == TokenKind.LeftParenthesis)
        {
            return ParseCall(token);
        }
        if (SelectorParser.IsReserved(token))
        {
            throw _reader.Unexpected("an expression; a metric of this name is written {\"" + token.Text + "\"}");
        }
        return _selectors.ParseSelector(_reader.Take());
    }

    private Expression ParseCall(Token name)
    {
        var function = FunctionCatalog.Find(name.Text)
            ?? throw _reader.Error(name.Span.Start, $"there is no function '{name.Text}'{Suggestion(name.Text)}");
        _reader.Take();
        var arguments = ParseArguments();
        return Checked(_types.Call(new CallExpression(new TextSpan(name.Span.Start, _reader.TakenEnd), function, arguments)));
    }

    private Expression ParseAggregation(Aggregation aggregation)
    {
        var name = _reader.Take();
        IReadOnlyList<string>? grouping = null;
        var without = false;
        TryParseGrouping(ref grouping, ref without);
        var argumentsAt = _reader.Current.Span.Start;
        if (_reader.Current.Kind != TokenKind.LeftParenthesis)
        {
            throw _reader.Unexpected($"'(' with what to aggregate by {aggregation.Text()}");
        }
        var arguments = ParseArguments();
        if (grouping is null)
        {
            TryParseGrouping(ref grouping, ref without);
        }
        var expected = aggregation.TakesParameter() ? 2 : 1;
        if (arguments.Count != expected)
        {
            throw _reader.Error(argumentsAt, $"{aggregation.Text()} takes {expected} argument{(expected == 1 ? "" : "s")}, found {arguments.Count}");
        }
        var span = new TextSpan(name.Span.Start, _reader.TakenEnd);
        return Checked(_types.Aggregate(new AggregateExpression(span, aggregation, arguments[^1], expected == 2 ? arguments[0] : null, grouping ?? [], without)));
    }

    private void TryParseGrouping(ref IReadOnlyList<string>? grouping, ref bool without)
    {
        if (_reader.Current.Is("by") || _reader.Current.Is("without"))
        {
            without = _reader.Take().Is("without");
            grouping = _selectors.ParseLabels();
        }
    }

    private List<Expression> ParseArguments()
    {
        _reader.Expect(TokenKind.LeftParenthesis, "'('");
        var arguments = new List<Expression>();
        while (!_reader.TryTake(TokenKind.RightParenthesis))
        {
            arguments.Add(ParseBinary(minimumPrecedence: 1));
            if (_reader.Current.Kind != TokenKind.RightParenthesis)
            {
                _reader.Expect(TokenKind.Comma, "',' or ')'");
                if (_reader.Current.Kind == TokenKind.RightParenthesis)
                {
                    throw _reader.Unexpected("another argument");
                }
            }
        }
        return arguments;
    }

    private BinaryModifiers ParseModifiers(BinaryOperator binaryOperator, Token operatorToken)
    {
        var returnsBool = _reader.TryTake("bool");
        if (returnsBool && !binaryOperator.IsComparison())
        {
            throw _reader.Error(operatorToken.Span.Start, $"'bool' belongs to comparisons; '{binaryOperator.Text()}' is none");
        }
        var matching = binaryOperator.IsSetOperator() ? VectorMatching.ManyToMany : VectorMatching.OneToOne;
        if (!_reader.Current.Is("on") && !_reader.Current.Is("ignoring"))
        {
            return new BinaryModifiers(returnsBool, matching, Written: false);
        }
        matching = matching with { On = _reader.Take().Is("on"), Labels = _selectors.ParseLabels() };
        if (_reader.Current.Is("group_left") || _reader.Current.Is("group_right"))
        {
            var group = _reader.Take();
            if (binaryOperator.IsSetOperator())
            {
                throw _reader.Error(group.Span.Start, $"'{group.Text}' is not possible with '{binaryOperator.Text()}': a set operator matches many to many");
            }
            matching = matching with
            {
                Cardinality = group.Is("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany,
                Include = _reader.Current.Kind == TokenKind.LeftParenthesis ? _selectors.ParseLabels() : [],
            };
            if (matching.On && matching.Labels.Intersect(matching.Include, StringComparer.Ordinal).FirstOrDefault() is { } twice)
            {
                throw _reader.Error(group.Span.Start, $"label '{twice}' stands in both on and {group.Text}; it is equal on both sides already");
            }
        }
        return new BinaryModifiers(returnsBool, matching, Written: true);
    }

    private Expression Checked(Expression expression) =>
        expression.Height <= PromQLParser.MaximumHeight ? expression : throw TooDeep(expression.Span.Start);

    private QueryException TooDeep(QueryPosition position) =>
        _reader.Error(position, $"the query nests deeper than {PromQLParser.MaximumHeight} levels; join alternatives in one matcher (name=~\"a|b\") or use recording rules");

    private static string Suggestion(string name)
    {
        var lower = name.ToLowerInvariant();
        return lower switch
        {
            _ when lower != name && FunctionCatalog.Find(lower) is not null => $"; function names are lower case: {lower}",
            "holt_winters" => "; since Prometheus 3 it is called double_exponential_smoothing",
            _ => "",
        };
    }

    private static BinaryOperator? BinaryOperatorOf(Token token) => token.Kind switch
    {
        TokenKind.Plus => BinaryOperator.Add,
        TokenKind.Minus => BinaryOperator.Subtract,
        TokenKind.Star => BinaryOperator.Multiply,
        TokenKind.Slash => BinaryOperator.Divide,
        TokenKind.Percent => BinaryOperator.Modulo,
        TokenKind.Caret => BinaryOperator.Power,
        TokenKind.EqualEqual => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        _ when token.Is("and") => BinaryOperator.And,
        _ when token.Is("or") => BinaryOperator.Or,
        _ when token.Is("unless") => BinaryOperator.Unless,
        _ when token.Is("atan2") => BinaryOperator.Atan2,
        _ => null,
    };
}

/// <param name="ReturnsBool">A comparison with <c>bool</c>.</param>
/// <param name="Matching">How samples pair.</param>
/// <param name="Written">False when the query says nothing about it.</param>
internal readonly record struct BinaryModifiers(bool ReturnsBool, VectorMatching Matching, bool Written);
