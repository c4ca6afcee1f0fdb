using Observability.Query.PromQL;
using Observability.Query.Values;

namespace Observability.Query.Tests.PromQL;

/// <summary>Queries come from strangers: whatever they send, the answer is a tree or a <see cref="QueryException"/>.</summary>
public sealed class ParserFuzzTests
{
    private const string Alphabet = "abx_:019.eE+-*/%^=!~<>(){}[],@#\"'`\\ \n\t\u00e9\ud83d\udc25\udc00";

    private static readonly string[] Fragments = ["sum", " by ", "rate(", "[5m]", "[1h:", " offset ", " @ ", "start()", "group_left", "on(", "bool", "0x", "1e", "Inf", "\"\\u", "'\\x", "((((((", "- - -"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_broken_query_gives_an_error_with_a_position_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var text = Mutate(new RandomQuery(random).Vector(depth: 3), random);
            try
            {
                var expression = PromQLParser.Parse(text);
                Assert.Equal(SyntaxShape.Of(expression), SyntaxShape.Of(PromQLParser.Parse(expression.ToString())));
            }
            catch (QueryException exception)
            {
                refused++;
                Assert.Equal(QueryFault.Syntax, exception.Fault);
                Assert.True(exception.Position is { } position && position.Offset >= 0 && position.Offset <= text.Length && position.Line >= 1 && position.Column >= 1, $"seed {seed}: {text}");
            }
        }
        Assert.InRange(refused, 1_000, 4_999);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("sum(")]
    [InlineData("1 ^ ")]
    [InlineData("1 + ")]
    [InlineData("a or ")]
    public void Depth_is_bounded_whatever_makes_it(string repeated)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, 5_000)) + "a";
        var exception = Assert.Throws<QueryException>(() => PromQLParser.Parse(text));
        Assert.Contains("levels", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_of_any_length_is_refused_before_it_is_read() =>
        Assert.Equal(QueryFault.Limit, Assert.Throws<QueryException>(() => PromQLParser.Parse(new string('a', Lexer.MaximumQueryLength + 1))).Fault);

    private static string Mutate(string text, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 6), text.Length - at);
            text = random.Next(6) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Alphabet[random.Next(Alphabet.Length)].ToString()),
                2 => text.Insert(at, Fragments[random.Next(Fragments.Length)]),
                3 => text.Insert(at, text.Substring(at, length)),
                4 => text[..at],
                _ => string.Concat(text.AsSpan(0, at), Alphabet.AsSpan(random.Next(Alphabet.Length), 1), text.AsSpan(at + Math.Min(1, length))),
            };
        }
        return text;
    }
}
