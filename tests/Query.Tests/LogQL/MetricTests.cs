using Observability.Query.LogQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.LogQL;

/// <summary>Metric queries over a small world whose answers can be counted by hand.</summary>
public sealed class MetricTests
{
    private static readonly (string, string)[] Web = [("app", "web"), ("env", "prod")];
    private static readonly (string, string)[] Job = [("app", "job"), ("env", "prod")];
    private static readonly (string, string)[] Dev = [("app", "web"), ("env", "dev")];

    /// <summary>web/prod at 1, 11, …, 51 with code 200 or 500 and growing times; job/prod at 5 and 35; web/dev at 60.</summary>
    private static ListLogSource World() => new(
        Records.At(1, "code=200 took=100ms size=1kB n=1", Web),
        Records.At(11, "code=500 took=200ms size=2kB n=2", Web),
        Records.At(21, "code=200 took=300ms size=3kB n=3", Web),
        Records.At(31, "code=500 took=400ms size=4kB n=1", Web),
        Records.At(41, "code=200 took=500ms size=5kB n=4", Web),
        Records.At(51, "code=200 took=600ms size=6kB n=6", Web),
        Records.At(5, "é", Job),
        Records.At(35, "done", Job),
        Records.At(60, "code=200 took=1s size=1B n=x", Dev));

    public static TheoryData<string, string> AtSixtySeconds => new()
    {
        // Ranges over lines
        { """count_over_time({app="web"}[1m])""", """{app="web", env="dev"} 1; {app="web", env="prod"} 6""" },
        { """rate({app="web", env="prod"}[30s])""", """{app="web", env="prod"} 0.1""" },
        { """bytes_over_time({app="job"}[1m])""", """{app="job", env="prod"} 6""" },
        { """bytes_rate({app="job"}[1m])""", """{app="job", env="prod"} 0.1""" },
        { """count_over_time({app="web", env="prod"}[20s] offset 19s)""", """{app="web", env="prod"} 2""" },
        { """count_over_time({app="web", env="prod"}[10s] offset -1s)""", "" },
        { """count_over_time({app="job"} |= "done" [1m])""", """{app="job", env="prod"} 1""" },
        { """absent_over_time({app="none", env=~"x.*", team="a", team!="b"}[1m])""", """{app="none"} 1""" },
        { """absent_over_time({app="web"}[1m])""", "" },
        { """absent_over_time({app="web"} | json [1m])""", "" },

        // Ranges over unwrapped numbers
        { """sum_over_time({env="prod"} | logfmt | unwrap n | code="200" [1m])""", """{app="web", code="200", env="prod", size="1kB", took="100ms"} 1; {app="web", code="200", env="prod", size="3kB", took="300ms"} 3; {app="web", code="200", env="prod", size="5kB", took="500ms"} 4; {app="web", code="200", env="prod", size="6kB", took="600ms"} 6""" },
        { """avg_over_time({env="prod"} | logfmt | unwrap n [1m]) by (code)""", """{code="200"} 3.5; {code="500"} 1.5""" },
        { """max_over_time({env="prod"} | logfmt | unwrap duration(took) [1m]) by ()""", "{} 0.6" },
        { """min_over_time({env="prod"} | logfmt | unwrap bytes(size) [1m]) without (code, n, took)""", """{app="web", env="prod"} 1000""" },
        { """first_over_time({env="prod"} | logfmt | unwrap n [30s]) by (app)""", """{app="web"} 1""" },
        { """last_over_time({env="prod"} | logfmt | unwrap n [30s]) by (app)""", """{app="web"} 6""" },
        { """stdvar_over_time({env="prod"} | logfmt | unwrap n [30s]) by (app)""", """{app="web"} 4.222222222""" },
        { """stddev_over_time({env="prod"} | logfmt | unwrap n [21s]) by (app)""", """{app="web"} 1""" },
        { """quantile_over_time(0.5, {env="prod"} | logfmt | unwrap n [30s]) by (app)""", """{app="web"} 4""" },
        { """quantile_over_time(0.25, {env="prod"} | logfmt | unwrap n [30s]) by (app)""", """{app="web"} 2.5""" },
        { """quantile_over_time(1.5, {env="prod"} | logfmt | unwrap n [30s]) by (app)""", """{app="web"} +Inf""" },
        { """sum(rate({env="prod"} | logfmt | unwrap n [30s]))""", "{} 0.366666667" },
        { """sum by (app) (rate_counter({env="prod"} | logfmt | keep app, n | unwrap n [1m]))""", """{app="web"} 0.133333333""" },
        { """sum(sum_over_time({app="web"} | logfmt | unwrap n | __error__="" [1m]))""", "{} 17" },
        { """sum_over_time({app="job"} | logfmt | unwrap n [1m])""", "" },
        { """absent_over_time({app="job"} | logfmt | unwrap n [1m])""", """{app="job"} 1""" },

        // Aggregations over series
        { """sum(count_over_time({app=~"web|job"}[1m]))""", "{} 9" },
        { """sum by (env) (count_over_time({app=~"web|job"}[1m]))""", """{env="dev"} 1; {env="prod"} 8""" },
        { """sum without (env) (count_over_time({app=~"web|job"}[1m]))""", """{app="job"} 2; {app="web"} 7""" },
        { """sum by (code) (count_over_time({app="web"} | logfmt [1m]))""", """{code="200"} 5; {code="500"} 2""" },
        { """count by (env) (count_over_time({app=~"web|job"}[1m]))""", """{env="dev"} 1; {env="prod"} 2""" },
        { """avg(count_over_time({app=~"web|job"}[1m]))""", "{} 3" },
        { """min(count_over_time({app=~"web|job"}[1m])) + max(count_over_time({app=~"web|job"}[1m]))""", "{} 7" },
        { """stdvar(count_over_time({app=~"web|job"}[1m]))""", "{} 4.666666667" },
        { """stddev(count_over_time({app=~"web|job"}[1m]))""", "{} 2.160246899" },
        { """topk(2, count_over_time({app=~"web|job"}[1m]))""", """{app="web", env="prod"} 6; {app="job", env="prod"} 2""" },
        { """topk by (env) (1, count_over_time({app=~"web|job"}[1m]))""", """{app="web", env="prod"} 6; {app="web", env="dev"} 1""" },
        { """approx_topk(1, count_over_time({app=~"web|job"}[1m]))""", """{app="web", env="prod"} 6""" },
        { """bottomk(1, count_over_time({app=~"web|job"}[1m]))""", """{app="web", env="dev"} 1""" },
        { """sort(sum by (app) (count_over_time({app=~"web|job"}[1m])))""", """{app="job"} 2; {app="web"} 7""" },
        { """sort_desc(sum by (app) (count_over_time({app=~"web|job"}[1m])))""", """{app="web"} 7; {app="job"} 2""" },

        // Parsers whose labels nobody asks for are not run, so lines that are no JSON do not matter
        { """sum(count_over_time({app="web"} | json [1m]))""", "{} 7" },

        // A query that asks for __error__ counts the lines that a parser could not read
        { """sum by (__error__) (count_over_time({app=~"web|job"} | json [1m]))""", """{__error__="JSONParserErr"} 9""" },
        { """sum by (app) (count_over_time({app=~"web|job"} | json | __error__!="" [1m]))""", """{app="job"} 2; {app="web"} 7""" },
        { """sum by (app) (count_over_time({app=~"web|job"} | json | drop __error__, __error_details__ [1m]))""", """{app="job"} 2; {app="web"} 7""" },

        // Operators
        { "1 + 2 * 3 ^ 2 % 5 - -1", "5" },
        { "2 ^ 3 ^ 2", "512" },
        { "1 > 2", "0" },
        { "1 / 0", "NaN" },
        { "5 % 0", "NaN" },
        { "vector(3) / 2", "{} 1.5" },
        { "vector(3) / vector(0)", "{} NaN" },
        { "vector(3) / 0", "{} NaN" },
        { "vector(3) % vector(0)", "{} NaN" },
        { "vector(3) > 2", "{} 3" },
        { "2 < vector(3)", "{} 3" },
        { "4 < vector(3)", "" },
        { "4 < bool vector(3)", "{} 0" },
        { "vector(3) >= 3", "{} 3" },
        { "vector(3) <= 2", "" },
        { "vector(3) == 3", "{} 3" },
        { "vector(3) != 3", "" },
        { "vector(3) != bool 3", "{} 0" },
        { "7 - 2 - 1", "4" },
        { "-2 ^ 2", "4" },
        { """sum by (code) (count_over_time({app="web"} | logfmt [1m])) > 2""", """{code="200"} 5""" },
        { """sum by (code) (count_over_time({app="web"} | logfmt | code="500" [1m])) / ignoring(code) sum(count_over_time({app="web"} | logfmt [1m]))""", "{} 0.285714286" },
        { """sum by (app, env) (count_over_time({app=~"web|job"}[1m])) / on(env) group_left sum by (env) (count_over_time({app=~"web|job"}[1m]))""", """{app="job", env="prod"} 0.25; {app="web", env="dev"} 1; {app="web", env="prod"} 0.75""" },
        { """sum by (env) (count_over_time({env="dev"}[1m])) - on(env) group_right(app) sum by (app, env) (count_over_time({app=~"web|job"}[1m]))""", """{env="dev"} 0""" },
        { """sum by (app) (count_over_time({app=~"web|job"}[1m])) and sum by (app) (count_over_time({app="web"}[1m]))""", """{app="web"} 7""" },
        { """sum by (app) (count_over_time({app=~"web|job"}[1m])) unless on(app) sum by (app) (count_over_time({app="web"}[1m]))""", """{app="job"} 2""" },
        { """sum(count_over_time({app="none"}[1m])) or vector(0)""", "{} 0" },
        { """sum(count_over_time({app="web"}[1m])) or vector(0)""", "{} 7" },
        { """sum by (app) (count_over_time({app="web"}[1m])) == bool sum by (app) (count_over_time({app="web"}[10s]))""", """{app="web"} 0""" },

        // label_replace
        { """label_replace(sum by (app) (count_over_time({app="web"}[1m])), "x", "${first}-$2-$$-$1x", "app", "(?P<first>.)(.*)")""", """{app="web", x="w-eb-$-"} 7""" },
        { """label_replace(sum by (app) (count_over_time({app="web"}[1m])), "app", "", "app", "w.b")""", "{} 7" },
        { """label_replace(sum by (app) (count_over_time({app="web"}[1m])), "x", "$1|$2|$3|$4", "app", `(?:[^()](?P<e>e)([()b]))(\()?`)""", """{app="web", x="e|b||"} 7""" },
        { """label_replace(sum by (app) (count_over_time({app="web"}[1m])), "app", "x", "app", "w")""", """{app="web"} 7""" },
    };

    public static TheoryData<string, string> Refused => new()
    {
        { """count_over_time({app="web"} | json [1m])""", "pipeline error JSONParserErr" },
        { """sum by (n) (count_over_time({app="web"} | logfmt | n > 1 [1m]))""", "'x' in label 'n' is not a number, in the series {app=\"web\", code=\"200\", env=\"dev\"" },
        { """sum(sum_over_time({app="web"} | logfmt | unwrap n [1m]))""", "pipeline error SampleExtractionErr" },
        { """sum by (env) (count_over_time({app=~".+"}[1m])) / on(app) sum by (env) (count_over_time({app=~".+"}[1m]))""", "found duplicate series for the match group {} on the right hand-side" },
        { """sum by (app, env) (count_over_time({app="web"}[1m])) / on(app) sum by (app) (count_over_time({app="web"}[1m]))""", "many-to-one matching must be explicit (group_left/group_right)" },
        { """label_replace(count_over_time({app="web"}[1m]), "env", "x", "", "")""", "two series the same labels {app=\"web\", env=\"x\"}" },
        { "sum(1)", "write vector(1)" },
        { "vector(1) or (1 + 1)", "works on vectors" },
        { """variants(vector(1)) of ({app="a"}[1m])""", "not yet" },
        { """count_over_time({app="web"} | line_format "{{ .x | trim }}" [1m])""", "not yet" },
        { """{app="web"}""", "gives log lines, not numbers" },
    };

    [Theory, MemberData(nameof(AtSixtySeconds))]
    public async Task A_query_has_the_value_that_one_counts_by_hand(string query, string expected) =>
        Assert.Equal(expected, await Asking.InstantAsync(query, World(), 60));

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_calculated_is_refused_with_its_reason(string query, string reason)
    {
        var refused = await Asking.RefusalAsync(() => Asking.InstantAsync(query, World(), 60));
        Assert.Equal(QueryFault.Execution, refused.Fault);
        Assert.NotNull(refused.Position);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""count_over_time({app="web", env="prod"}[20s])""", """{app="web", env="prod"} 2@20 2@40 2@60""", 0, 60, 20)]
    [InlineData("""count_over_time({app="job"}[5s])""", """{app="job", env="prod"} 1@5 1@35""", 0, 60, 5)]
    [InlineData("""sum(count_over_time({app=~".+"}[30s])) > 3""", "{} 4@30 5@60", 0, 60, 30)]
    [InlineData("""absent_over_time({app="job"}[10s])""", """{app="job"} 1@0 1@20 1@30 1@50 1@60""", 0, 60, 10)]
    [InlineData("1 + 1", "{} 2@0 2@30", 0, 59, 30)]
    [InlineData("vector(1)", "{} 1@10", 10, 10, 30)]
    public async Task A_range_query_has_a_value_at_every_step(string query, string expected, double start, double end, double step)
    {
        var world = World();
        Assert.Equal(expected, await Asking.RangeAsync(query, world, start, end, step));
        Assert.True(world.Searches.Count <= 1, "a range is read once for all steps");
    }

    [Theory]
    [InlineData(9.999999999, 0)]
    [InlineData(10, 1)]
    [InlineData(19.999999999, 1)]
    [InlineData(20, 0)]
    public async Task A_window_is_open_on_the_left_and_closed_on_the_right(double atSeconds, int expected)
    {
        var source = new ListLogSource(Records.At(10, "x"));
        Assert.Equal(expected == 0 ? "" : "{} 1", await Asking.InstantAsync("""sum(count_over_time({app="a"}[10s]))""", source, atSeconds));
    }

    [Fact]
    public async Task Records_between_the_windows_of_a_long_step_do_not_matter()
    {
        var source = new ListLogSource(Records.At(100, "{\"a\":\"1\"}"), Records.At(150, "no json"), Records.At(200, "{\"a\":\"1\"}"));
        Assert.Equal("""{a="1"} 1@100 1@200""", await Asking.RangeAsync("""sum by (a) (count_over_time({app="a"} | json [10s]))""", source, 100, 200, 100));
    }

    [Fact]
    public async Task Stepping_through_a_range_gives_what_instant_queries_give()
    {
        var random = new Random(20261121);
        var source = new ListLogSource([.. Enumerable.Range(0, 500).Select(_ => Records.At(random.Next(0, 600), $"n={random.Next(0, 9)} k={random.Next(0, 3)}"))]);
        foreach (var query in new[]
        {
            """sum by (k) (count_over_time({app="a"} | logfmt [47s] offset 10s))""",
            """max_over_time({app="a"} | logfmt | unwrap n [3s]) by (k)""",
            """topk(1, sum by (k) (rate({app="a"} | logfmt | unwrap n [2m])))""",
        })
        {
            var expected = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
            for (var second = 0; second <= 600; second += 25)
            {
                foreach (var sample in (await Asking.InstantAsync(query, source, second)).Split("; ", StringSplitOptions.RemoveEmptyEntries))
                {
                    var at = sample.LastIndexOf(' ');
                    expected.TryAdd(sample[..at], []);
                    expected[sample[..at]].Add($"{sample[(at + 1)..]}@{second}");
                }
            }
            var joined = string.Join("; ", expected.Select(static series => $"{series.Key} {string.Join(' ', series.Value)}"));
            Assert.Equal(joined, await Asking.RangeAsync(query, source, 0, 600, 25));
        }
    }

    [Theory]
    [InlineData("""count_over_time({app="a"}[1h])""", 5, 100, "MaximumSeries")]
    [InlineData("""sum(max_over_time({app="a"} | logfmt | unwrap n [1h]))""", 500, 5, "MaximumSeriesWhileCalculating")]
    public async Task Too_many_series_are_refused_with_the_limit_and_the_way_out(string query, int series, int whileCalculating, string limit)
    {
        var source = new ListLogSource([.. Enumerable.Range(0, 10).Select(static i => Records.At(i, "n=1").With(("run", $"{i}")))]);
        var limits = new LogQLLimits { MaximumSeries = series, MaximumSeriesWhileCalculating = whileCalculating };
        var refused = await Asking.RefusalAsync(() => Asking.InstantAsync(query, source, 60, limits));
        Assert.Equal(QueryFault.Limit, refused.Fault);
        Assert.Contains(limit, refused.Reason, StringComparison.Ordinal);
        Assert.Contains("sum by", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sum_over_counts_needs_no_series_in_between()
    {
        var source = new ListLogSource([.. Enumerable.Range(0, 10).Select(static i => Records.At(i, "x").With(("run", $"{i}")))]);
        var limits = new LogQLLimits { MaximumSeries = 1, MaximumSeriesWhileCalculating = 1 };
        Assert.Equal("""{app="a"} 10""", await Asking.InstantAsync("""sum by (app) (count_over_time({app="a"}[1m]))""", source, 59, limits));
    }

    [Fact]
    public async Task All_ranges_of_a_query_share_its_limit_of_records()
    {
        var source = new ListLogSource([.. Enumerable.Range(0, 10).Select(static i => Records.At(i, "x"))]);
        const string query = """sum(rate({app="a"}[1m])) / sum(rate({app="a"}[1m]))""";
        Assert.Equal("{} 1", await Asking.InstantAsync(query, source, 59, new LogQLLimits { MaximumRecordsRead = 20 }));
        var refused = await Asking.RefusalAsync(() => Asking.InstantAsync(query, source, 59, new LogQLLimits { MaximumRecordsRead = 19 }));
        Assert.Contains("MaximumRecordsRead", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 60, 0, "step")]
    [InlineData(60, 0, 1, "end lies before")]
    [InlineData(0, 11_000, 1, "11001 points; at most 11000")]
    [InlineData(0, 5e9, 1e9, "beyond the year 2116")]
    public async Task Steps_that_make_no_sense_are_refused(double start, double end, double step, string reason)
    {
        var refused = await Asking.RefusalAsync(() => Asking.RangeAsync("vector(1)", World(), start, end, step));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }
}
