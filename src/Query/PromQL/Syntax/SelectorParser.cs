using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>Selectors with everything that belongs to them: matchers, ranges, subqueries, <c>offset</c> and <c>@</c>; and lists of labels.</summary>
internal sealed class SelectorParser(TokenReader reader)
{
    private static readonly string[] ReservedNames = ["bool", "on", "ignoring", "group_left", "group_right", "atan2", "inf", "nan"];

    /// <summary>Words that cannot stand for a metric, because an operator may be followed by them.</summary>
    public static bool IsReserved(Token token) => ReservedNames.Any(token.Is);

    /// <param name="name">The metric name, already taken; null when the selector begins with its braces.</param>
    public VectorSelector ParseSelector(Token? name)
    {
        var start = name?.Span.Start ?? reader.Current.Span.Start;
        var matchers = new List<LabelMatcher>();
        if (name is { } given)
        {
            matchers.Add(new LabelMatcher(LabelSet.MetricName, MatchOperator.Equal, given.Text));
        }
        if (reader.TryTake(TokenKind.LeftBrace))
        {
            while (!reader.TryTake(TokenKind.RightBrace))
            {
                matchers.Add(ParseMatcher(name));
                if (reader.Current.Kind != TokenKind.RightBrace)
                {
                    reader.Expect(TokenKind.Comma, "',' or '}'");
                }
            }
        }
        if (matchers.TrueForAll(static matcher => matcher.MatchesEmpty))
        {
            throw reader.Error(start, "this selector matches every series; at least one matcher must refuse the empty string, for example {job=~\".+\"}");
        }
        return new VectorSelector(new TextSpan(start, reader.TakenEnd), name?.Text, matchers, default);
    }

    public IReadOnlyList<string> ParseLabels()
    {
        reader.Expect(TokenKind.LeftParenthesis, "'(' with label names");
        var labels = new List<string>();
        while (!reader.TryTake(TokenKind.RightParenthesis))
        {
            labels.Add(ParseLabelName("a label name or ')'").Text);
            if (reader.Current.Kind != TokenKind.RightParenthesis)
            {
                reader.Expect(TokenKind.Comma, "',' or ')'");
            }
        }
        return labels;
    }

    public Expression ParseBrackets(Expression expression)
    {
        var bracket = reader.Take();
        var range = ParseRangeLength("a duration such as 5m");
        if (reader.TryTake(TokenKind.Colon))
        {
            PromDuration? step = reader.Current.Kind == TokenKind.RightBracket ? null : ParseRangeLength("a step such as 1m, or ']'");
            var end = reader.Expect(TokenKind.RightBracket, "']'").Span.EndOffset;
            return expression.Kind == ValueKind.InstantVector
                ? new SubqueryExpression(new TextSpan(expression.Span.Start, end), expression, range, step, default)
                : throw reader.Error(expression.Span.Start, $"a subquery repeats an instant vector; found {TypeChecker.Name(expression.Kind)}");
        }
        var close = reader.Expect(TokenKind.RightBracket, "']' or ':' with the step of a subquery").Span.EndOffset;
        if (expression is not VectorSelector selector)
        {
            throw reader.Error(bracket.Span.Start, "a range belongs to a selector; to repeat another expression over time write a subquery, [5m:1m]");
        }
        return selector.Shift == default
            ? new RangeSelector(new TextSpan(expression.Span.Start, close), selector, range)
            : throw reader.Error(bracket.Span.Start, "the range comes before offset and @, for example up[5m] offset 1h");
    }

    public Expression ParseOffset(Expression expression)
    {
        var keyword = reader.Take();
        var shift = ShiftOf(expression, keyword);
        if (shift.OffsetMilliseconds != 0)
        {
            throw reader.Error(keyword.Span.Start, "there is an offset already");
        }
        var milliseconds = ParseSigned("a duration such as 5m") * 1000;
        if (Math.Abs(milliseconds) > DurationText.MaximumMilliseconds)
        {
            throw reader.Error(keyword.Span.Start, "an offset is at most 292 years");
        }
        return WithShift(expression, shift with { OffsetMilliseconds = (long)Math.Round(milliseconds) });
    }

    public Expression ParseAt(Expression expression)
    {
        var at = reader.Take();
        var shift = ShiftOf(expression, at);
        if (shift.Anchor != TimeAnchor.Evaluation)
        {
            throw reader.Error(at.Span.Start, "there is an @ already");
        }
        if (reader.Current.Is("start") || reader.Current.Is("end"))
        {
            var anchor = reader.Take().Is("start") ? TimeAnchor.Start : TimeAnchor.End;
            reader.Expect(TokenKind.LeftParenthesis, "'()' after start or end");
            reader.Expect(TokenKind.RightParenthesis, "')'");
            return WithShift(expression, shift with { Anchor = anchor });
        }
        var milliseconds = ParseSigned("a Unix time in seconds, start() or end()") * 1000;
        if (!double.IsFinite(milliseconds) || Math.Abs(milliseconds) > DurationText.MaximumMilliseconds)
        {
            throw reader.Error(at.Span.Start, "the time after @ is out of range");
        }
        return WithShift(expression, shift with { Anchor = TimeAnchor.Fixed, AtMilliseconds = (long)Math.Round(milliseconds) });
    }

    private LabelMatcher ParseMatcher(Token? metricName)
    {
        var label = ParseLabelName("a label name or '}'");
        if (label.Kind == TokenKind.String && reader.Current.Kind is TokenKind.Comma or TokenKind.RightBrace)
        {
            return metricName is null
                ? new LabelMatcher(LabelSet.MetricName, MatchOperator.Equal, label.Text)
                : throw reader.Error(label.Span.Start, $"the metric is named twice: {metricName.Value.Text} and \"{label.Text}\"");
        }
        MatchOperator matchOperator = reader.Current.Kind switch
        {
            TokenKind.Assign => MatchOperator.Equal,
            TokenKind.NotEqual => MatchOperator.NotEqual,
            TokenKind.RegexMatch => MatchOperator.Regex,
            TokenKind.RegexNotMatch => MatchOperator.NotRegex,
            _ => throw reader.Unexpected("one of = != =~ !~"),
        };
        reader.Take();
        var value = reader.Expect(TokenKind.String, "a quoted value");
        if (metricName is not null && label.Text == LabelSet.MetricName)
        {
            throw reader.Error(label.Span.Start, $"the metric is named twice: {metricName.Value.Text} before the braces and __name__ inside");
        }
        try
        {
            return new LabelMatcher(label.Text, matchOperator, value.Text);
        }
        catch (ArgumentException exception)
        {
            throw reader.Error(value.Span.Start, exception.Message);
        }
    }

    private Token ParseLabelName(string expected)
    {
        var token = reader.Current;
        if (token.Kind == TokenKind.String)
        {
            return token.Text.Length > 0 && QuotedText.IsValidText(token.Text)
                ? reader.Take()
                : throw reader.Error(token.Span.Start, $"{QuotedText.Quote(token.Text)} is not a name: a name is UTF-8 text and not empty");
        }
        if (token.Kind != TokenKind.Identifier)
        {
            throw reader.Unexpected(expected);
        }
        return token.Text.Contains(':', StringComparison.Ordinal)
            ? throw reader.Error(token.Span.Start, $"'{token.Text}' is not a label name without quotes: ':' is for names of recording rules")
            : reader.Take();
    }

    private PromDuration ParseRangeLength(string expected)
    {
        var token = reader.Current;
        if (token.Kind is not (TokenKind.Number or TokenKind.Duration))
        {
            throw reader.Unexpected(expected);
        }
        reader.Take();
        var milliseconds = Math.Round(token.Number * 1000);
        return milliseconds >= 1 && milliseconds <= DurationText.MaximumMilliseconds
            ? new PromDuration((long)milliseconds)
            : throw reader.Error(token.Span.Start, $"'{token.Text}' is out of range; a duration here is at least 1ms and at most 292 years");
    }

    private double ParseSigned(string expected)
    {
        var sign = reader.Current.Kind switch
        {
            TokenKind.Minus => -1,
            TokenKind.Plus => 1,
            _ => 0,
        };
        if (sign != 0)
        {
            reader.Take();
        }
        if (reader.Current.Kind is not (TokenKind.Number or TokenKind.Duration))
        {
            throw reader.Unexpected(expected);
        }
        return reader.Take().Number * (sign == 0 ? 1 : sign);
    }

    private TimeShift ShiftOf(Expression expression, Token modifier) => expression switch
    {
        VectorSelector selector => selector.Shift,
        RangeSelector range => range.Selector.Shift,
        SubqueryExpression subquery => subquery.Shift,
        _ => throw reader.Error(modifier.Span.Start, $"'{modifier.Text}' belongs to a selector or a subquery, before any closing parenthesis"),
    };

    private Expression WithShift(Expression expression, TimeShift shift)
    {
        var span = new TextSpan(expression.Span.Start, reader.TakenEnd);
        return expression switch
        {
            VectorSelector selector => selector with { Span = span, Shift = shift },
            RangeSelector range => range with { Span = span, Selector = range.Selector with { Shift = shift } },
            _ => (SubqueryExpression)expression with { Span = span, Shift = shift },
        };
    }
}
