using Observability.Query.PromQL;
using Observability.Query.Values;

namespace Observability.Query.Tests.PromQL;

public sealed class ParserErrorTests
{
    [Theory]
    [InlineData("", "1:1", "the query is empty")]
    [InlineData("up ==", "1:6", "found the end of the query, expected an expression")]
    [InlineData("sum(up", "1:7", "found the end of the query, expected ',' or ')'")]
    [InlineData("up{job=prod}", "1:8", "found 'prod', expected a quoted value")]
    [InlineData("up{job=~\"(\"}", "1:9", "is not a valid regular expression")]
    [InlineData("up{}{", "1:5", "expected an operator or the end of the query")]
    [InlineData("{}", "1:1", "matches every series")]
    [InlineData("{job=\"\"}", "1:1", "matches every series")]
    [InlineData("up{\"other\"}", "1:4", "named twice")]
    [InlineData("rate(up)", "1:6", "must be a range vector, found an instant vector; add a range such as [5m]")]
    [InlineData("abs(up[5m])", "1:5", "must be an instant vector, found a range vector")]
    [InlineData("up[5m] + 1", "1:1", "found a range vector")]
    [InlineData("sum(up)[5m]", "1:8", "a range belongs to a selector")]
    [InlineData("up offset 5m [5m]", "1:14", "the range comes before offset")]
    [InlineData("up[0s]", "1:4", "out of range")]
    [InlineData("up[5x]", "1:4", "neither a number nor a duration")]
    [InlineData("up[1m1h]", "1:4", "neither a number nor a duration")]
    [InlineData("(up) offset 5m", "1:6", "belongs to a selector")]
    [InlineData("1 > 2", "1:3", "write '> bool'")]
    [InlineData("up + bool up", "1:4", "'bool' belongs to comparisons")]
    [InlineData("up and 1", "1:4", "set operator 'and'")]
    [InlineData("up + on(job) 1", "1:4", "one side here is a scalar")]
    [InlineData("up and on(job) group_left up", "1:16", "matches many to many")]
    [InlineData("up * on(job) group_left(job) up", "1:14", "stands in both")]
    [InlineData("topk(up)", "1:5", "topk takes 2 arguments, found 1")]
    [InlineData("clamp(up, 1)", "1:1", "clamp takes 3 arguments, found 2")]
    [InlineData("Rate(up[5m])", "1:1", "function names are lower case: rate")]
    [InlineData("holt_winters(up[5m], 0.5, 0.5)", "1:1", "double_exponential_smoothing")]
    [InlineData("nothing(up)", "1:1", "there is no function 'nothing'")]
    [InlineData("up == \"a\"", "1:7", "found a string")]
    [InlineData("up\n  + 'open", "2:5", "not closed")]
    [InlineData("\"\\q\"", "1:2", "unknown escape")]
    [InlineData("up §", "1:4", "unexpected character '§' (U+00A7)")]
    [InlineData("sum by (a:b) (up)", "1:9", "not a label name")]
    [InlineData("bool", "1:1", "{\"bool\"}")]
    [InlineData("1e", "1:1", "neither a number nor a duration")]
    [InlineData("up @ up", "1:6", "expected a Unix time")]
    public void An_error_says_where_it_is_and_what_was_expected(string query, string position, string text)
    {
        var exception = Assert.Throws<QueryException>(() => PromQLParser.Parse(query));
        Assert.Equal(QueryFault.Syntax, exception.Fault);
        Assert.Contains(text, exception.Reason, StringComparison.Ordinal);
        Assert.Equal(position, exception.Position.ToString());
        Assert.StartsWith($"{position}: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("0x1F", 31)]
    [InlineData("010", 8)]
    [InlineData("1_000.5", 1000.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("2 ^ 3 ^ 2", 512)]
    [InlineData("-2 ^ 2", -4)]
    [InlineData("2 * 3 + 4 % 3", 7)]
    [InlineData("1 == bool 2 < bool 3", 1)]
    public void Numbers_and_precedence_are_those_of_Prometheus(string query, double expected)
    {
        var result = new PromQLEngine().EvaluateInstant(PromQLParser.Parse(query), new FixedSeries([]), 0, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected, Assert.IsType<Scalar>(result.Value).Value);
    }
}
