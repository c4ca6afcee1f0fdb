using FsCheck;
using FsCheck.Fluent;
using Observability.Query.PromQL;
using Observability.Query.Tests.PromQL.Conformance;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.PromQL;

/// <summary>
/// Cursors, group numbers and joined labels are remembered from step to step: whatever the query, a step must give what the same query gives alone.
/// </summary>
public sealed class ConsistencyTests
{
    private const long Step = 7_000;
    private const long Start = 1_000_000;
    private const int Steps = 6;

    private static readonly PromQLEngine Engine = new(lookbackMilliseconds: 30_000);
    private static readonly EvaluationLimits Limits = new() { MaximumSubqueryPoints = 1_000 };
    private static readonly ScriptData Data = MakeData();

    [Fact]
    public void A_step_of_a_range_query_gives_what_an_instant_query_gives()
    {
        var samplesCompared = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            // start() and end() mean something else in an instant query.
            var query = new RandomQuery(new Random(seed)).Vector(depth: 4).Replace("start()", "1010", StringComparison.Ordinal).Replace("end()", "1020", StringComparison.OrdinalIgnoreCase);
            var expression = PromQLParser.Parse(query);
            var range = TryEvaluate(() => Engine.EvaluateRange(expression, Data, Start, Start + ((Steps - 1) * Step), Step, Limits));
            for (var i = 0; i < Steps; i++)
            {
                var time = Start + (i * Step);
                var instant = TryEvaluate(() => Engine.EvaluateInstant(expression, Data, time, Limits));
                if (range is not null)
                {
                    Assert.NotNull(instant);
                    var expected = Lines((InstantVector)instant.Value);
                    samplesCompared += expected.Count;
                    Assert.Equal(expected, Lines((RangeMatrix)range.Value, time));
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
        // Most random queries select nothing; those that do must be many enough for the test to mean something.
        Assert.True(samplesCompared > 1_000, $"{samplesCompared} samples compared");
    }

    // Duplicate series and years by the second are the query's fault; any other exception fails the test.
    private static QueryResult? TryEvaluate(Func<QueryResult> evaluate)
    {
        try
        {
            return evaluate();
        }
        catch (QueryException exception) when (exception.Fault != QueryFault.Syntax)
        {
            return null;
        }
    }

    private static List<string> Lines(InstantVector vector) =>
        vector.Samples.Select(static sample => $"{sample.Labels} {Rounded(sample.Value)}").Order(StringComparer.Ordinal).ToList();

    private static List<string> Lines(RangeMatrix matrix, long time) => matrix.Series
        .Select(series => (series.Labels, At: series.Timestamps.Span.IndexOf(time), series.Values))
        .Where(static found => found.At >= 0)
        .Select(static found => $"{found.Labels} {Rounded(found.Values.Span[found.At])}")
        .Order(StringComparer.Ordinal)
        .ToList();

    // Sums over differently ordered groups differ in the last digits.
    private static string Rounded(double value) => value.ToString("G9", System.Globalization.CultureInfo.InvariantCulture);

    private static ScriptData MakeData()
    {
        var random = new Random(7);
        var data = new ScriptData();
        foreach (var name in new[] { "up", "http_requests_total", "job:errors:rate5m", "sum", "x" })
        {
            for (var i = 0; i < 6; i++)
            {
                var labels = LabelSet.Of((LabelSet.MetricName, name), ("job", i % 2 == 0 ? "prod" : "a"), ("environment", $"e{i / 2}"), ("le", $"{i}"));
                // Gaps and endings on purpose: series come and go between steps.
                data.Add(labels, Enumerable.Range(0, 60)
                    .Where(_ => random.Next(4) != 0)
                    .Select(point => (Start - 60_000 + (point * 2_000L), random.Next(12) == 0 ? StalenessMarker.Value : Math.Round(random.NextDouble() * 100)))
                    .ToList());
            }
        }
        return data;
    }
}
