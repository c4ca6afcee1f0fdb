using Microsoft.Extensions.Logging.Abstractions;
using Observability.Telemetry;

namespace Observability.MetricStore.Tests.Head;

public sealed class SeriesSearchTests
{
    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly string[] Values = ["", "x", "y", "xy", "z1", "z2"];

    /// <summary>Every operator on present, missing and unknown labels, in every mixture, against a plain filter over all series.</summary>
    [Fact]
    public void Any_matchers_find_what_a_filter_over_all_series_finds()
    {
        var random = new Random(3);
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        var all = new HashSet<LabelSet>();
        for (var i = 0; i < 200; i++)
        {
            var labels = Sample.Series($"m{random.Next(3)}", [.. Names.Select(name => (name, Values[random.Next(Values.Length)]))]);
            all.Add(labels);
            head.Append([Sample.At(labels, Sample.Now, 1)], MetricKind.Gauge, Sample.Now);
        }
        var found = 0;
        for (var round = 0; round < 2_000; round++)
        {
            var matchers = Enumerable.Range(0, random.Next(4)).Select(_ => RandomMatcher(random)).ToList();
            var expected = all.Where(labels => matchers.TrueForAll(matcher => matcher.Matches(labels))).Select(labels => labels.ToString()).Order(StringComparer.Ordinal);
            var actual = head.Series(matchers, 0, long.MaxValue).Select(labels => labels.ToString()).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(expected, actual);
            found += actual.Count;
        }
        Assert.True(found > 1_000, "the matchers found next to nothing, so nothing was compared");
    }

    [Fact]
    public void Label_names_and_values_come_from_series_that_match_and_have_samples_in_the_range()
    {
        using var head = new EmbeddedMetricStore(new MetricStoreOptions(), NullLogger.Instance);
        head.Append([Sample.At(Sample.Series("up", ("job", "dbt")), Sample.Now, 1), Sample.At(Sample.Series("rows", ("pipeline", "orders")), Sample.Now + 100, 1)], MetricKind.Gauge, Sample.Now);
        Assert.Equal(["__name__", "job"], head.LabelNames([Sample.Named("up")], 0, long.MaxValue));
        Assert.Equal(["rows", "up"], head.LabelValues("__name__", [], 0, long.MaxValue));
        Assert.Equal(["rows"], head.LabelValues("__name__", [], Sample.Now + 1, long.MaxValue));
        Assert.Equal(["up"], head.LabelValues("__name__", [], 0, Sample.Now));
        Assert.Equal(MetricKind.Gauge, head.Metadata()["rows"]);
    }

    private static LabelMatcher RandomMatcher(Random random)
    {
        var name = random.Next(6) switch { 0 => LabelSet.MetricName, 1 => "missing", _ => Names[random.Next(Names.Length)] };
        return random.Next(4) switch
        {
            0 => new LabelMatcher(name, MatchOperator.Equal, name == LabelSet.MetricName ? $"m{random.Next(4)}" : Values[random.Next(Values.Length)]),
            1 => new LabelMatcher(name, MatchOperator.NotEqual, Values[random.Next(Values.Length)]),
            2 => new LabelMatcher(name, MatchOperator.Regex, random.Next(5) switch { 0 => "x.*", 1 => "z[12]|", 2 => ".+", 3 => "m[01]", _ => "y|xy" }),
            _ => new LabelMatcher(name, MatchOperator.NotRegex, random.Next(4) switch { 0 => "x.*", 1 => "z.|", 2 => "m0", _ => ".*y" }),
        };
    }
}
