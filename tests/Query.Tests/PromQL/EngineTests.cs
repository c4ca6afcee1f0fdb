using System.Text;
using Observability.Query.PromQL;
using Observability.Query.Tests.PromQL.Conformance;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.PromQL;

public sealed class EngineTests
{
    private const long Now = 1_000_000_000;

    private static readonly PromQLEngine Engine = new();

    [Theory]
    [InlineData("requests_total", "MaximumSeries", 9, 1_000_000, 100)]
    [InlineData("requests_total or requests_total", "MaximumSeries", 15, 1_000_000, 100)]
    [InlineData("rate(requests_total[1m])", "MaximumSamples", 100, 599, 100)]
    [InlineData("max_over_time(vector(1)[10m:1s])", "MaximumSubqueryPoints", 100, 1_000_000, 599)]
    public void A_query_beyond_a_limit_is_refused_and_told_which(string query, string limit, int series, long samples, int points)
    {
        var limits = new EvaluationLimits { MaximumSeries = series, MaximumSamples = samples, MaximumSubqueryPoints = points };
        var exception = Assert.Throws<QueryException>(() => Instant(query, FixedSeries.Of(10, 60, Now), limits));
        Assert.Equal(QueryFault.Limit, exception.Fault);
        Assert.Contains($"(limit {limit})", exception.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("up", 0, 11_000, 1, QueryFault.Limit)]
    [InlineData("up", 0, 1, 0, QueryFault.Syntax)]
    [InlineData("up", 1, 0, 1, QueryFault.Syntax)]
    [InlineData("up[5m]", 0, 1, 1, QueryFault.Syntax)]
    [InlineData("\"text\"", 0, 1, 1, QueryFault.Syntax)]
    public void A_range_query_that_cannot_be_walked_is_refused(string query, long start, long end, long step, QueryFault fault) =>
        Assert.Equal(fault, Assert.Throws<QueryException>(() => Engine.EvaluateRange(PromQLParser.Parse(query), new FixedSeries([]), start, end, step)).Fault);

    [Fact]
    public void A_cancelled_evaluation_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Engine.EvaluateInstant(PromQLParser.Parse("up"), new FixedSeries([]), Now, cancellationToken: source.Token));
    }

    [Fact]
    public void Info_is_parsed_and_refused_by_name() =>
        Assert.Contains("not yet", Assert.Throws<QueryException>(() => Instant("info(up)", new FixedSeries([]))).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("(?P<first>.)(.*)", "$1-$2-${first}", "a-pi-a")]
    [InlineData("(.)(?P<rest>.*)", "$1-$2-$rest", "a-pi-pi")]
    [InlineData("(?:a)(?P<p>p)([(i)])", "$1|$2|$3|$$|$2x", "p|i||$|")]
    public void Groups_of_label_replace_are_counted_from_left_to_right_named_or_not(string pattern, string replacement, string expected)
    {
        var series = new SeriesSamples(LabelSet.Of((LabelSet.MetricName, "up"), ("job", "api")), new[] { Now }, new[] { 1.0 });
        var replaced = Assert.Single(VectorOf(Instant($"label_replace(up, \"to\", \"{replacement}\", \"job\", \"{pattern}\")", new FixedSeries([series]))));
        Assert.Equal(expected, replaced.Labels["to"]);
    }

    [Fact]
    public void A_rate_of_what_is_no_counter_is_remarked_once()
    {
        var series = new[] { "1", "2" }.Select(static id => new SeriesSamples(LabelSet.Of((LabelSet.MetricName, "temperature"), ("id", id)), new[] { Now - 1000, Now }, new[] { 1.0, 2.0 })).ToList();
        var annotation = Assert.Single(Instant("sum(rate(temperature[1m]))", new FixedSeries(series)).Annotations);
        Assert.Equal("PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"temperature\" (1:10)", annotation.ToString());
    }

    [Fact]
    public void The_lookback_is_a_setting()
    {
        var source = new ScriptData();
        source.Add(LabelSet.Of((LabelSet.MetricName, "up")), [(Now - 10_000, 1)]);
        Assert.Single(VectorOf(new PromQLEngine(lookbackMilliseconds: 10_001).EvaluateInstant(PromQLParser.Parse("up"), source, Now)));
        Assert.Empty(VectorOf(new PromQLEngine(lookbackMilliseconds: 10_000).EvaluateInstant(PromQLParser.Parse("up"), source, Now)));
    }

    [Fact]
    public void An_answer_is_not_changed_by_the_next_evaluation()
    {
        var source = FixedSeries.Of(100, 60, Now);
        var first = VectorOf(Instant("requests_total * 2", source));
        var copy = first.ToList();
        Instant("requests_total * 3", source);
        Assert.Equal(copy, first);
    }

    [Fact]
    public void Every_function_of_the_catalog_can_be_evaluated()
    {
        var source = FixedSeries.Of(3, 60, Now);
        foreach (var function in FunctionCatalog.All.Where(static function => function.Name != "info"))
        {
            var arguments = Enumerable.Range(0, function.MinimumArguments).Select(index => function.ArgumentKind(index) switch
            {
                ValueKind.Scalar => "0.5",
                ValueKind.String => $"\"label{index}\"",
                ValueKind.RangeVector => "requests_total[1m]",
                _ => "requests_total",
            });
            var query = $"{function.Name}({string.Join(", ", arguments)})";
            Assert.Equal(function.Returns == ValueKind.Scalar, Instant(query, source).Value is Scalar);
        }
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void The_hash_of_limit_ratio_is_XXH64(string text, ulong expected) => Assert.Equal(expected, SeriesHash.Of(Encoding.UTF8.GetBytes(text)));

    private static QueryResult Instant(string query, ISeriesSource source, EvaluationLimits? limits = null) =>
        Engine.EvaluateInstant(PromQLParser.Parse(query), source, Now, limits, TestContext.Current.CancellationToken);

    private static IReadOnlyList<VectorSample> VectorOf(QueryResult result) => Assert.IsType<InstantVector>(result.Value).Samples;
}
