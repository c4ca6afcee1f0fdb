using FsCheck;
using FsCheck.Fluent;
using Observability.Telemetry;

namespace Observability.Configuration.Tests.Alerting;

public sealed class MatcherTextTests
{
    [Theory]
    [InlineData("foo=bar", "foo=\"bar\"")]
    [InlineData("{foo=bar}", "foo=\"bar\"")]
    [InlineData(" foo = bar ", "foo=\"bar\"")]
    [InlineData("{foo = \"bar\", dings != \"bums\", }", "foo=\"bar\",dings!=\"bums\"")]
    [InlineData("foo=bar,dings!=bums", "foo=\"bar\",dings!=\"bums\"")]
    [InlineData("statuscode=~\"5..\"", "statuscode=~\"5..\"")]
    [InlineData("a!~b", "a!~\"b\"")]
    [InlineData("a=", "a=\"\"")]
    [InlineData("a=\"\"", "a=\"\"")]
    [InlineData("{}", "")]
    [InlineData("", "")]
    [InlineData("a=\"one, two\"", "a=\"one, two\"")]
    [InlineData("{quote=\"She said: \\\"Hi, ladies!\\\"\"}", "quote=\"She said: \\\"Hi, ladies!\\\"\"")]
    [InlineData("a=two words", "a=\"two words\"")]
    [InlineData("a=b=c", "a=\"b=c\"")]
    [InlineData("foo=\"a\\nb\"", "foo=\"a\\nb\"")]
    // Where the grammars read the same text differently, the older one holds: \t is a backslash and a letter to it.
    [InlineData("foo=\"a\\tb\"", "foo=\"a\\\\tb\"")]
    [InlineData("\"my label\"=\"x\"", "\"my label\"=\"x\"")]
    [InlineData("größe=\"x\"", "\"größe\"=\"x\"")]
    [InlineData("\"a\\u00e9\\x41\\101\"=b", "\"aéAA\"=\"b\"")]
    [InlineData("a:b=c", "\"a:b\"=\"c\"")]
    public void Every_spelling_of_Alertmanager_is_read(string text, string expected)
    {
        Assert.True(MatcherText.TryParse(text, out var matchers, out var error), error);
        Assert.Equal($"{{{expected}}}", MatcherText.Format(matchers));
    }

    [Theory]
    [InlineData("foo", "at character 4: expected an operator: =, !=, =~ or !~")]
    [InlineData("=bar", "at character 1: expected a label name, bare or in double quotes")]
    [InlineData("{foo=\"bar\" dings=\"x\"}", "at character 12: expected a comma or a closing brace")]
    [InlineData("foo=\"bar", "at character 5: this double quote is not closed")]
    [InlineData("\"foo\"=bar}", "at character 10: there is a closing brace but no opening one")]
    [InlineData("{\"foo\"=bar", "at character 11: expected a closing brace")]
    [InlineData("{\"foo\"=bar} x", "at character 13: nothing may follow the closing brace")]
    [InlineData("\"\"=x", "at character 1: a label name must not be empty")]
    [InlineData("\"a\\q\"=x", "at character 3: this escape is not one of Go's: \\n \\t \\\\ \\\" \\xHH \\uHHHH")]
    [InlineData("\"\\xff\"=x", "at character 1: the escapes in this text do not make valid UTF-8")]
    [InlineData("\"\\ud800\"=x", "at character 2: this escape is not one of Go's: \\n \\t \\\\ \\\" \\xHH \\uHHHH")]
    [InlineData(",a=b", "at character 1: expected a label name, bare or in double quotes")]
    [InlineData("a=b,,c=d", "at character 5: expected a label name, bare or in double quotes")]
    public void What_is_refused_says_where_and_why(string text, string expected)
    {
        Assert.False(MatcherText.TryParse(text, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void An_expression_that_does_not_parse_is_refused_with_its_reason()
    {
        Assert.False(MatcherText.TryParse("a=~\"(\"", out _, out var error));
        Assert.Contains("'(' is not a valid regular expression", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        var texts = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get.Replace("\0", "", StringComparison.Ordinal));
        var values = Gen.OneOf(texts, Gen.Elements("", "\\", "\"", "a\\\"b", "tab\there", "\r\n", "{}", "a,b", "🙂", "\\n"));
        var names = Gen.OneOf(Gen.Elements("environment", "_a1", "a:b", "größe", "my label", "a\"b", "x\ny"), texts.Where(text => text.Length > 0));
        var matchers =
            from name in names
            from matchOperator in Gen.Elements(MatchOperator.Equal, MatchOperator.NotEqual)
            from value in values
            where IsWellFormed(name) && IsWellFormed(value)
            select new LabelMatcher(name, matchOperator, value);
        Prop.ForAll(matchers.ListOf().ToArbitrary(), list =>
        {
            var text = MatcherText.Format(list);
            Assert.True(MatcherText.TryParse(text, out var read, out var error), $"{text}: {error}");
            Assert.Equal(list, read);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws() =>
        Prop.ForAll(
            Gen.Elements('{', '}', '=', '!', '~', ',', '"', '\\', 'a', 'é', ' ', '\n', 'x', '1', '\uD83D', 'u', '\0', '(').ArrayOf().ToArbitrary(),
            characters =>
            {
                var text = new string(characters);
                var isRead = MatcherText.TryParse(text, out var matchers, out var error);
                Assert.Equal(isRead, error is null);
                Assert.True(isRead || matchers.Count == 0);
            }).QuickCheckThrowOnFailure();

    /// <summary>Half a surrogate pair is no character and has no UTF-8.</summary>
    private static bool IsWellFormed(string text) => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
