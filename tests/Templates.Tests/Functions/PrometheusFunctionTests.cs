namespace Observability.Templates.Tests.Functions;

public sealed class PrometheusFunctionTests
{
    private static readonly RenderOptions Options = new() { EvaluationTime = Samples.Now };

    private static readonly RuleData Data = new([new("instance", "db1.example.com:9100"), new("job", "dbt")], 1234.5) { ExternalUrl = "http://obs.example/base" };

    [Theory]
    [MemberData(nameof(PrometheusCases.All), MemberType = typeof(PrometheusCases))]
    public void An_annotation_expands_as_in_Prometheus(string template, string expected) => Assert.Equal(expected, Expand(template, new FixedSource()));

    [Theory]
    [InlineData("{{ query \"nothing\" | first }}", "first() called on vector with no elements")]
    [InlineData("{{ query \"(\" }}", "query: the expression does not parse")]
    [InlineData("{{ label \"a\" 5 }}", "expected a sample of a query")]
    [InlineData("{{ parseDuration \"5 minutes\" }}", "is not a duration")]
    [InlineData("{{ parseDuration \"1m1h\" }}", "from large to small")]
    [InlineData("{{ toTime \"NaN\" }}", "no point in time")]
    [InlineData("{{ toTime 1e300 }}", "outside the years")]
    [InlineData("{{ if gt $value 1000 }}{{ end }}", "incompatible types for comparison: float64 and int; write the number with a point")]
    [InlineData("{{ humanize \"abc\" }}", "\"abc\" is not a number")]
    [InlineData("{{ humanize nil }}", "expected a number")]
    [InlineData("{{ .labels }}", "rule data has no field or method \"labels\"")]
    public void An_annotation_is_refused(string template, string reason) =>
        Assert.Contains(reason, Assert.Throws<TemplateException>(() => Expand(template, new FixedSource())).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_source_a_query_says_so()
    {
        var refused = Assert.Throws<TemplateException>(() => Expand("{{ query \"up\" }}", source: null));
        Assert.Contains("no query can be asked here", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_is_asked_for_the_time_of_the_evaluation()
    {
        var source = new FixedSource();
        Expand("{{ query \"nothing\" }}", source);
        Assert.Equal(("nothing", Samples.Now), source.LastAsked);
    }

    private static string Expand(string template, IQuerySource? source) =>
        Template.Parse("annotation", template, TemplateFunctions.Prometheus(source, new Uri("http://obs.example/base"))).Render(TemplateValue.From(Data), Options);

    /// <summary>Answers three expressions from a list, and refuses one.</summary>
    private sealed class FixedSource : IQuerySource
    {
        public (string Expression, DateTimeOffset At) LastAsked { get; private set; }

        public IReadOnlyList<QuerySample> Query(string expression, DateTimeOffset evaluationTime, CancellationToken cancellation)
        {
            LastAsked = (expression, evaluationTime);
            return expression switch
            {
                "sorted" => [Sample("b", 1), Sample("a", 2)],
                "sorted{name='a'}" => [Sample("a", 2)],
                "valued" => [new QuerySample(new Dictionary<string, string>(StringComparer.Ordinal) { ["__value__"] = "text" }, 0)],
                "(" => throw new TemplateFunctionException("the expression does not parse"),
                _ => [],
            };
        }

        private static QuerySample Sample(string name, double value) =>
            new(new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = name }, value);
    }
}
