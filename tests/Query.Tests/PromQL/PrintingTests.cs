using FsCheck;
using FsCheck.Fluent;
using Observability.Query.PromQL;

namespace Observability.Query.Tests.PromQL;

public sealed class PrintingTests
{
    [Fact]
    public void What_is_printed_parses_to_the_same_tree() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), static seed =>
        {
            var expression = PromQLParser.Parse(new RandomQuery(new Random(seed)).Vector(depth: 5));
            var printed = expression.ToString();
            var again = PromQLParser.Parse(printed);
            Assert.Equal(SyntaxShape.Of(expression), SyntaxShape.Of(again));
            Assert.Equal(printed, again.ToString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData("SUM BY(job)(rate( http_requests_total{ job='a' ,} [300] offset 1h ))", "sum by (job) (rate(http_requests_total{job=\"a\"}[5m] offset 1h))")]
    [InlineData("a/ignoring(x)group_left b", "a / ignoring (x) group_left () b")]
    [InlineData("{\"a.b\", c!~`d`}", "{__name__=\"a.b\", c!~\"d\"}")]
    [InlineData("max_over_time((a>bool 1)[1h:]@start())", "max_over_time((a > bool 1)[1h:] @ start())")]
    [InlineData("-2^2 # a comment", "-2 ^ 2")]
    [InlineData("topk(3,a)without(b)", "topk without (b) (3, a)")]
    [InlineData("a offset -90s @ 1.5", "a @ 1.5 offset -1m30s")]
    public void One_spelling_stands_for_all(string written, string printed) => Assert.Equal(printed, PromQLParser.Parse(written).ToString());

    [Fact]
    public void A_query_tells_which_series_it_reads()
    {
        var selectors = PromQLParser.Parse("sum(rate(a{x=\"1\"}[5m])) / scalar(b) > on() topk(scalar(c), max_over_time(d[1h:1m]))").Selectors();
        Assert.Equal(["a", "b", "c", "d"], selectors.Select(static selector => selector.Name));
    }
}
