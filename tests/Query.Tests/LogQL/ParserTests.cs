using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;

namespace Observability.Query.Tests.LogQL;

public sealed class ParserTests
{
    public static TheoryData<string, string> Canonical => new()
    {
        // Selectors and line filters
        { """{app="a",env!="dev", team=~"x|y" ,owner!~`z.*`}""", """{app="a", env!="dev", team=~"x|y", owner!~"z.*"}""" },
        { "{app=\"a\"} # the rest is a comment\n |= \"x\"", """{app="a"} |= "x" """ },
        { """{app="a"} |="x" or "y" or `z` !~ "w" """, """{app="a"} |= "x" or "y" or "z" !~ "w" """ },
        { """{app="a"} |= ip("10.0.0.0/8") != ip("::1") or "x" """, """{app="a"} |= ip("10.0.0.0/8") != ip("::1") or "x" """ },
        { """{app="a"} |> "<_> level=debug <_>" !> `<_>x` """, """{app="a"} |> "<_> level=debug <_>" !> "<_>x" """ },
        { """({app="a"})""", """{app="a"} """ },
        { """{rate="a", ip="b", sum="c", duration="d"}""", """{rate="a", ip="b", sum="c", duration="d"} """ },
        { """{app="\u00e9\x41\101\t\"\\"}""", """{app="éAA\t\"\\"} """ },

        // Parsers
        { """{app="a"} | json""", """{app="a"} | json """ },
        { """{app="a"} | json status, first="servers[0]", ua=`request.headers["User-Agent"]`""", """{app="a"} | json status="status", first="servers[0]", ua="request.headers[\"User-Agent\"]" """ },
        { """{app="a"} | logfmt --keep-empty --strict""", """{app="a"} | logfmt --strict --keep-empty """ },
        { """{app="a"} | logfmt --strict host, path="fwd" """, """{app="a"} | logfmt --strict host="host", path="fwd" """ },
        { """{app="a"} | regexp "(?P<code>\\d+)" | pattern "<ip> <_> <rest>" | unpack | decolorize""", """{app="a"} | regexp "(?P<code>\\d+)" | pattern "<ip> <_> <rest>" | unpack | decolorize """ },
        { """{app="a"} | xml | xml code="a.b" """, """{app="a"} | xml | xml code="a.b" """ },

        // Label filters
        { """{app="a"} | status = 200 | took>=1m30s | size < 10KB | size > 2KiB | ip = ip("1.2.3.4") """, """{app="a"} | status == 200 | took >= 1m30s | size < 10000B | size > 2048B | ip = ip("1.2.3.4") """ },
        { """{app="a"} | a="1" or b="2" and c="3" """, """{app="a"} | (a="1" or (b="2" and c="3")) """ },
        { """{app="a"} | a="1" and b="2" or c="3" """, """{app="a"} | ((a="1" and b="2") or c="3") """ },
        { """{app="a"} | a="1", b="2" or c="3" """, """{app="a"} | (a="1" and (b="2" or c="3")) """ },
        { """{app="a"} | a="1" b!="2" c=~"3" """, """{app="a"} | (a="1" and (b!="2" and c=~"3")) """ },
        { """{app="a"} | (a="1" or b="2") and c > -5.5e1 """, """{app="a"} | ((a="1" or b="2") and c > -55) """ },
        { """{app="a"} | took > -1.5s | xml = "x" """, """{app="a"} | took > -1s500ms | xml="x" """ },

        // Formats
        { """{app="a"} | line_format "{{.a}}" | label_format x=y, z="{{.q}}" | drop a, b="c" | keep d, e=~"f" """, """{app="a"} | line_format "{{.a}}" | label_format x=y, z="{{.q}}" | drop a, b="c" | keep d, e=~"f" """ },

        // Ranges
        { """RATE({app="a"}[5m])""", """rate({app="a"} [5m]) """ },
        { """rate({app="a"}[5m] |= "x" | json)""", """rate({app="a"} |= "x" | json [5m]) """ },
        { """rate(({app="a"} |= "x")[90s] offset -1h)""", """rate({app="a"} |= "x" [1m30s] offset -1h) """ },
        { """count_over_time({app="a"}[1d] offset 5m)""", """count_over_time({app="a"} [1d] offset 5m) """ },
        { """sum_over_time({app="a"} | logfmt | unwrap bytes(size) | __error__="" | size > 1 [250us])""", """sum_over_time({app="a"} | logfmt | unwrap bytes(size) | __error__="" | size > 1 [250us]) """ },
        { """quantile_over_time(.99, {app="a"} | unwrap duration_seconds(took) [1h]) by (env)""", """quantile_over_time(0.99, {app="a"} | unwrap duration(took) [1h]) by (env) """ },
        { """max_over_time({app="a"}[1m] offset 1m | unwrap bytes) without ()""", """max_over_time({app="a"} | unwrap bytes [1m] offset 1m) without () """ },
        { """absent_over_time({app="a"}[1m])""", """absent_over_time({app="a"} [1m]) """ },

        // Vectors and operators
        { """sum(rate({app="a"}[1m])) by (env, team)""", """sum by (env, team) (rate({app="a"} [1m])) """ },
        { """topk without (a) (3, rate({app="a"}[1m]))""", """topk without (a) (3, rate({app="a"} [1m])) """ },
        { """sort_desc(approx_topk(5, vector(1)))""", """sort_desc(approx_topk(5, vector(1))) """ },
        { "1 + 2 * 3 ^ 2 ^ 2 - -4 / 5 % 6", "((1 + (2 * (3 ^ (2 ^ 2)))) - ((-4 / 5) % 6)) " },
        { "vector(1) > bool 2 == vector(1)", "((vector(1) > bool 2) == vector(1)) " },
        { "vector(1) or vector(2) and vector(3) unless vector(4)", "(vector(1) or ((vector(2) and vector(3)) unless vector(4))) " },
        { "vector(1) / on(a, b) group_left(c) vector(2)", "(vector(1) / on (a, b) group_left (c) vector(2)) " },
        { "vector(1) * ignoring(a) group_right (vector(2))", "(vector(1) * ignoring (a) group_right () vector(2)) " },
        { "vector(1) >= bool on() vector(2)", "(vector(1) >= bool on () vector(2)) " },
        { """label_replace(vector(1), "a", "$1", "b", "(.*)")""", """label_replace(vector(1), "a", "$1", "b", "(.*)") """ },
        { """variants(count_over_time({app="a"}[1m]), vector(1)) of ({app="a"}[1m])""", """variants(count_over_time({app="a"} [1m]), vector(1)) of ({app="a"} [1m]) """ },
        { """sum(count_over_time({app="a"} |= "x" or "y" [1m])) or vector(0)""", """(sum(count_over_time({app="a"} |= "x" or "y" [1m])) or vector(0)) """ },
    };

    public static TheoryData<string, string, string> Refused => new()
    {
        { "", "1:1", "found the end of the query, expected a stream selector" },
        { "{}", "1:1", "does not match the empty value" },
        { """{app=~".*"}""", "1:1", "does not match the empty value" },
        { """{app="a",}""", "1:10", "found '}', expected the name of a label" },
        { """{app}""", "1:5", "expected one of = != =~ !~" },
        { """{app="a" """, "1:10", "found the end of the query, expected '}'" },
        { """{app='a'}""", "1:6", "double quotes or backticks" },
        { """{app="a}""", "1:6", "not closed on its line" },
        { """{app=~"("}""", "1:5", "not a valid regular expression" },
        { """{app=~"(?=x)y"}""", "1:5", "look-around" },
        { """{json="a"}""", "1:2", "'json', a word of LogQL that cannot name a label" },
        { "{app=\"a\"}\n  |= 5", "2:3", "found '|=', expected a line filter" },
        { """{app="a"} |~ ip("1.1.1.1")""", "1:14", "stands after |= and !=" },
        { """{app="a"} |= ip("300.1.1.1")""", "1:17", "is not an address" },
        { """{app="a"} |> "<a><b>" """, "1:14", "two captures without text between" },
        { """{app="a"} |> "<a> x" """, "1:14", "a line filter has only <_>" },
        { """{app="a"} | pattern "<_> x" """, "1:21", "names no capture" },
        { """{app="a"} | regexp "\\d+" """, "1:20", "names no group" },
        { """{app="a"} | json x="a..b" """, "1:18", "is not a path" },
        { """{app="a"} | logfmt x="a b" """, "1:20", "is not a logfmt key" },
        { """{app="a"} | nonsense""", "1:21", "expected one of = != =~ !~ == > >= < <=" },
        { """{app="a"} | took == "5s" """, "1:21", "a string is compared with =" },
        { """{app="a"} | label_format a=b, a=c""", "1:31", "written twice" },
        { """{app="a"} | label_format __error__=b""", "1:26", "cannot be written" },
        { """{app="a"} | unwrap x""", "1:13", "only inside an aggregation" },
        { """{app="a"}[5m]""", "1:10", "expected an aggregation around the range" },
        { """rate({app="a"})""", "1:15", "expected a range such as [5m]" },
        { """rate({app="a"}[0s])""", "1:15", "longer than zero" },
        { """rate({app="a"}[5 m])""", "1:15", "expected a range" },
        { """rate({app="a"}[51y])""", "1:15", "longer than 50 years" },
        { """rate({app="a"}[1m] offset -51y)""", "1:28", "longer than 50 years" },
        { """sum_over_time({app="a"}[5m])""", "1:1", "end the pipeline with '| unwrap label'" },
        { """bytes_rate({app="a"} | unwrap x [5m])""", "1:24", "takes no unwrap" },
        { """rate({app="a"}[5m]) by (x)""", "1:21", "takes no grouping; write sum by (x) (rate" },
        { """rate(3, {app="a"}[5m])""", "1:6", "takes no number" },
        { """quantile_over_time({app="a"} | unwrap x [5m])""", "1:20", "expected the quantile" },
        { """topk(0, vector(1))""", "1:6", "keeps 1 or more" },
        { """topk(vector(1))""", "1:6", "expected the number of series" },
        { """sum({app="a"})""", "1:5", "put it in an aggregation" },
        { """sum by (a) (vector(1)) by (b)""", "1:24", "has a grouping before" },
        { """{app="a"} + 1""", "1:1", "the left side of '+' selects log lines" },
        { """vector(1) and 1""", "1:15", "write vector(1)" },
        { """vector(1) and on(a) group_left vector(1)""", "1:21", "takes no group_left" },
        { """vector(1) + bool vector(1)""", "1:13", "bool stands after a comparison" },
        { """1 2""", "1:3", "expected an operator or the end" },
        { """1e999""", "1:1", "larger than a number can be" },
        { """label_replace(vector(1), "a-b", "", "", "")""", "1:1", "not the name of a label" },
        { """vector(1) ~ 2""", "1:11", "found '~'" },
        { """{app="\q"}""", "1:7", "escape" },
        { """{app="\xff"}""", "1:6", "UTF-8" },
    };

    [Theory, MemberData(nameof(Canonical))]
    public void A_query_has_one_canonical_text(string query, string canonical)
    {
        var text = LogQLParser.Parse(query).ToString();
        Assert.Equal(canonical.TrimEnd(), text);
        Assert.Equal(text, LogQLParser.Parse(text).ToString());
    }

    [Theory, MemberData(nameof(Refused))]
    public void What_is_no_query_is_refused_with_its_place_and_what_was_expected(string query, string position, string reason)
    {
        var refused = Assert.Throws<QueryException>(() => LogQLParser.Parse(query));
        Assert.Equal(QueryFault.Syntax, refused.Fault);
        Assert.Equal(position, refused.Position?.ToString());
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_part_of_the_tree_knows_where_it_stands()
    {
        var binary = Assert.IsType<BinaryExpression>(LogQLParser.Parse("sum(rate({a=\"b\"}\n  | json [5m])) / 2"));
        Assert.Equal("2:17", binary.Position.ToString());
        var rate = Assert.IsType<RangeAggregationExpression>(Assert.IsType<VectorAggregationExpression>(binary.Left).Inner);
        Assert.Equal("1:5", rate.Position.ToString());
        Assert.Equal("2:5", Assert.Single(rate.Range.Selector.Stages).Position.ToString());
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("sum(", ")")]
    [InlineData("1 + ", "")]
    [InlineData("2 ^ ", "")]
    public void Deep_nesting_is_refused_before_the_stack_ends(string open, string close)
    {
        var query = string.Concat(Enumerable.Repeat(open, 5000)) + "1" + string.Concat(Enumerable.Repeat(close, 5000));
        var refused = Assert.Throws<QueryException>(() => LogQLParser.Parse(query));
        Assert.Contains("levels deep", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=\"1\" or ")]
    [InlineData("a=\"1\" and ")]
    [InlineData("a=\"1\", ")]
    [InlineData("(")]
    public void Deep_label_filters_are_refused_before_the_stack_ends(string part)
    {
        var refused = Assert.Throws<QueryException>(() => LogQLParser.Parse("{a=\"b\"} | " + string.Concat(Enumerable.Repeat(part, 5000)) + "a=\"1\""));
        Assert.Contains("levels deep", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_longer_than_the_limit_is_refused_with_the_limit() =>
        Assert.Contains("65536", Assert.Throws<QueryException>(() => LogQLParser.Parse(new string(' ', 70_000))).Reason, StringComparison.Ordinal);
}
