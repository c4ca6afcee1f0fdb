using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Parsing;

/// <summary>
/// Conditions on labels. <c>and</c> binds tighter than <c>or</c>; a comma, or nothing between two conditions, means "and" with everything that follows
/// (<c>a, b or c</c> is a and (b or c)), because that is how Loki's grammar resolves it.
/// </summary>
internal sealed class LabelFilterParser(TokenReader reader)
{
    public static bool IsMatchOperator(string symbol) => symbol is "=" or "!=" or "=~" or "!~";

    public LabelFilter Parse()
    {
        reader.Enter();
        var left = ParseBoth();
        var levels = 1;
        while (reader.Current.IsKeyword("or"))
        {
            reader.Enter();
            levels++;
            var position = reader.Position;
            reader.Take();
            left = new CombinedLabelFilter(position, left, ParseBoth(), IsBoth: false);
        }
        reader.Leave(levels);
        return left;
    }

    public LabelMatcher ParseMatcher()
    {
        var name = reader.ExpectName("the name of a label");
        var position = reader.Position;
        var text = reader.Current.Kind == TokenKind.Symbol ? reader.Current.Text : "";
        if (!IsMatchOperator(text))
        {
            throw reader.Unexpected("one of = != =~ !~");
        }
        reader.Take();
        return Matcher(name, text, reader.ExpectText("a string"), position);
    }

    public string ParseAddressPattern()
    {
        reader.Take();
        reader.Expect("(");
        var position = reader.Position;
        var pattern = reader.ExpectText("an address, a range or a prefix as a string");
        TokenReader.Compile(position, () => AddressPattern.Parse(pattern));
        reader.Expect(")");
        return pattern;
    }

    private LabelFilter ParseBoth()
    {
        var left = ParseOne();
        var levels = 0;
        while (reader.Current.IsKeyword("and"))
        {
            reader.Enter();
            levels++;
            var position = reader.Position;
            reader.Take();
            left = new CombinedLabelFilter(position, left, ParseOne(), IsBoth: true);
        }
        reader.Leave(levels);
        return left;
    }

    private LabelFilter ParseOne()
    {
        var filter = ParseCondition();
        var position = reader.Position;
        if (reader.TryTakeSymbol(",") || reader.Current.Kind is TokenKind.Name or TokenKind.Function || reader.Current.IsSymbol("("))
        {
            return new CombinedLabelFilter(position, filter, Parse(), IsBoth: true);
        }
        return filter;
    }

    private LabelFilter ParseCondition()
    {
        if (reader.TryTakeSymbol("("))
        {
            var inner = Parse();
            reader.Expect(")");
            return inner;
        }
        var position = reader.Position;
        var name = reader.ExpectName("the name of a label");
        var operatorPosition = reader.Position;
        var text = reader.Current.Kind == TokenKind.Symbol ? reader.Take().Text : throw reader.Unexpected("one of = != =~ !~ == > >= < <=");
        if (IsMatchOperator(text) && reader.TryTake(TokenKind.Text, out var value))
        {
            return new TextLabelFilter(position, Matcher(name, text, value.Text, operatorPosition));
        }
        if (text is "=" or "!=" && reader.Current.IsFunction("ip"))
        {
            return new AddressLabelFilter(position, name, text == "!=", ParseAddressPattern());
        }
        return ParseQuantity(position, name, text, operatorPosition);
    }

    private QuantityLabelFilter ParseQuantity(QueryPosition position, string name, string text, QueryPosition operatorPosition)
    {
        var comparison = text switch
        {
            "=" or "==" => BinaryOperator.Equal,
            "!=" => BinaryOperator.NotEqual,
            ">" => BinaryOperator.Greater,
            ">=" => BinaryOperator.GreaterOrEqual,
            "<" => BinaryOperator.Less,
            "<=" => BinaryOperator.LessOrEqual,
            "=~" or "!~" => throw reader.Unexpected("an expression as a string"),
            _ => throw reader.Error($"found '{text}', expected one of = != =~ !~ == > >= < <=", operatorPosition),
        };
        if (reader.Current.Kind == TokenKind.Text)
        {
            throw reader.Error($"'{text}' compares numbers; a string is compared with = or !=");
        }
        var isNegative = reader.Current.IsSymbol("-");
        if ((isNegative ? reader.Following : reader.Current).Kind == TokenKind.Duration)
        {
            _ = isNegative && reader.TryTakeSymbol("-");
            var nanoseconds = reader.Take().Quantity;
            return new QuantityLabelFilter(position, name, comparison, LabelFilterUnit.Duration, isNegative ? -nanoseconds : nanoseconds, 0);
        }
        if (reader.TryTake(TokenKind.Bytes, out var bytes))
        {
            return new QuantityLabelFilter(position, name, comparison, LabelFilterUnit.Bytes, bytes.Quantity, 0);
        }
        var number = reader.ExpectNumber("a string, a number, a duration such as 5s, a size such as 10KB, or ip(…)", allowsSign: true);
        return new QuantityLabelFilter(position, name, comparison, LabelFilterUnit.Number, 0, number);
    }

    private static LabelMatcher Matcher(string name, string text, string value, QueryPosition position) => TokenReader.Compile(position, () => new LabelMatcher(
        name,
        text switch
        {
            "=" => MatchOperator.Equal,
            "!=" => MatchOperator.NotEqual,
            "=~" => MatchOperator.Regex,
            _ => MatchOperator.NotRegex,
        },
        value));
}
