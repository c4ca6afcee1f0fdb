using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Parsing;

/// <summary>Expressions by precedence climbing: operators, literals, parentheses, functions. Aggregations are <see cref="AggregationParser"/>'s.</summary>
internal sealed class ExpressionParser
{
    private readonly TokenReader _reader;
    private readonly AggregationParser _aggregations;
    private readonly PipelineParser _pipelines;

    public ExpressionParser(TokenReader reader)
    {
        _reader = reader;
        _pipelines = new PipelineParser(reader);
        _aggregations = new AggregationParser(reader, this, _pipelines);
    }

    public LogQLExpression Parse() => ParseOperators(minimumPrecedence: 1);

    public MetricExpression ParseMetric(string what)
    {
        var position = _reader.Position;
        return Parse() as MetricExpression ?? throw _reader.Error($"{what} takes numbers; this selects log lines: put it in an aggregation such as rate(…[5m])", position);
    }

    private LogQLExpression ParseOperators(int minimumPrecedence)
    {
        _reader.Enter();
        var left = ParsePrimary();
        // A chain of equal operators makes a tree as deep as it is long, so every round is a level.
        var levels = 1;
        while (TryOperator(_reader.Current, out var binaryOperator) && binaryOperator.Precedence() >= minimumPrecedence)
        {
            _reader.Enter();
            levels++;
            var position = _reader.Position;
            var text = _reader.Take().Text;
            var (matching, returnsBool) = ParseModifier(binaryOperator);
            var next = binaryOperator.Precedence() + (binaryOperator.IsRightAssociative() ? 0 : 1);
            var right = ParseOperators(next);
            left = new BinaryExpression(position, binaryOperator, Operand(left, "left", text), Operand(right, "right", text), matching, returnsBool);
            Validate((BinaryExpression)left);
        }
        _reader.Leave(levels);
        return left;
    }

    private static bool TryOperator(LogQLToken token, out BinaryOperator binaryOperator)
    {
        binaryOperator = default;
        if (token.Kind is not (TokenKind.Symbol or TokenKind.Keyword))
        {
            return false;
        }
        foreach (var candidate in Enum.GetValues<BinaryOperator>())
        {
            if (candidate != BinaryOperator.Atan2 && candidate.Text() == token.Text)
            {
                binaryOperator = candidate;
                return true;
            }
        }
        return false;
    }

    private MetricExpression Operand(LogQLExpression operand, string side, string text) =>
        operand as MetricExpression
        ?? throw _reader.Error($"the {side} side of '{text}' selects log lines; operators work on numbers: put it in an aggregation such as rate(…[5m])", operand.Position);

    private void Validate(BinaryExpression binary)
    {
        if (!binary.Operator.IsSetOperator())
        {
            return;
        }
        foreach (var side in (ReadOnlySpan<MetricExpression>)[binary.Left, binary.Right])
        {
            if (side is LiteralExpression)
            {
                throw _reader.Error($"'{binary.Operator.Text()}' works on vectors, not on a number; write vector({side})", side.Position);
            }
        }
    }

    private (VectorMatching Matching, bool ReturnsBool) ParseModifier(BinaryOperator binaryOperator)
    {
        var position = _reader.Position;
        var returnsBool = _reader.TryTakeKeyword("bool");
        if (returnsBool && !binaryOperator.IsComparison())
        {
            throw _reader.Error($"bool stands after a comparison, not after '{binaryOperator.Text()}'", position);
        }
        var plain = binaryOperator.IsSetOperator() ? VectorMatching.ManyToMany : VectorMatching.OneToOne;
        var on = _reader.TryTakeKeyword("on");
        if (!on && !_reader.TryTakeKeyword("ignoring"))
        {
            return (plain, returnsBool);
        }
        var labels = ParseLabels();
        position = _reader.Position;
        var left = _reader.TryTakeKeyword("group_left");
        if (!left && !_reader.TryTakeKeyword("group_right"))
        {
            return (plain with { On = on, Labels = labels }, returnsBool);
        }
        if (binaryOperator.IsSetOperator())
        {
            throw _reader.Error($"'{binaryOperator.Text()}' takes no group_left or group_right", position);
        }
        // Without its own label list, the parenthesis after group_left opens the right operand.
        IReadOnlyList<string> include = StartsLabels() ? ParseLabels() : [];
        return (new VectorMatching(left ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany, on, labels, include), returnsBool);
    }

    private bool StartsLabels() => _reader.Current.IsSymbol("(") && (_reader.Following.Kind == TokenKind.Name || _reader.Following.IsSymbol(")"));

    /// <summary><c>(a, b)</c>, maybe empty.</summary>
    public IReadOnlyList<string> ParseLabels()
    {
        _reader.Expect("(");
        var labels = new List<string>();
        if (_reader.TryTakeSymbol(")"))
        {
            return labels;
        }
        do
        {
            labels.Add(_reader.ExpectName("the name of a label"));
        }
        while (_reader.TryTakeSymbol(","));
        _reader.Expect(")");
        return labels;
    }

    private LogQLExpression ParsePrimary()
    {
        var token = _reader.Current;
        var position = _reader.Position;
        switch (token)
        {
            case { Kind: TokenKind.Number } or { Kind: TokenKind.Symbol, Text: "+" or "-" }:
                return new LiteralExpression(position, _reader.ExpectNumber("a number", allowsSign: true));
            case { Kind: TokenKind.Symbol, Text: "{" }:
                return _pipelines.ParseSelector();
            case { Kind: TokenKind.Symbol, Text: "(" }:
                _reader.Take();
                var inner = Parse();
                _reader.Expect(")");
                return inner;
            case { Kind: TokenKind.Function, Text: "vector" }:
                _reader.Take();
                _reader.Expect("(");
                var value = _reader.ExpectNumber("a number");
                _reader.Expect(")");
                return new VectorExpression(position, value);
            case { Kind: TokenKind.Function, Text: "label_replace" }:
                return ParseLabelReplace();
            case { Kind: TokenKind.Keyword, Text: "variants" }:
                return _aggregations.ParseVariants();
            default:
                return _aggregations.TryParse() ?? throw _reader.Unexpected("a stream selector such as {source=\"dbt\"}, an aggregation, or a number");
        }
    }

    private LabelReplaceExpression ParseLabelReplace()
    {
        var position = _reader.Position;
        _reader.Take();
        _reader.Expect("(");
        var inner = ParseMetric("label_replace");
        var arguments = new string[4];
        var last = position;
        foreach (var (index, what) in new[] { "the label to write", "the replacement", "the label to read", "an expression" }.Index())
        {
            _reader.Expect(",");
            last = _reader.Position;
            arguments[index] = _reader.ExpectText(what + " as a string");
        }
        _reader.Expect(")");
        var compiled = TokenReader.Compile(last, () => LinearRegex.Anchored(arguments[3]));
        if (!LabelText.IsPlainName(arguments[0]))
        {
            throw _reader.Error($"label_replace cannot write '{arguments[0]}', which is not the name of a label", position);
        }
        return new LabelReplaceExpression(position, inner, arguments[0], arguments[1], arguments[2], arguments[3]) { Compiled = compiled };
    }
}
