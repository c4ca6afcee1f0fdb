using Observability.Query.PromQL;
using Observability.Query.Values;

namespace Observability.Query.Tests.PromQL;

/// <summary>Ten thousand rules evaluate every second: an evaluation may cost memory for its answer, not for its input.</summary>
public sealed class AllocationTests
{
    private const long Now = 1_000_000_000;
    private const int Series = 10_000;

    private static readonly PromQLEngine Engine = new();

    [Theory]
    [InlineData("requests_total > 1e12", 60, 3_000)]
    [InlineData("requests_total == 5 or requests_total < 0", 60, 6_000)]
    [InlineData("sum by (job) (requests_total)", 60, 20_000)]
    [InlineData("rate(requests_total[1m]) > 1e12", 60, 4_000)]
    [InlineData("sum by (job) (rate(requests_total[1m])) > 1e12", 60, 20_000)]
    [InlineData("max(requests_total)", 60, 6_000)]
    public void An_instant_evaluation_over_10000_series_stays_inside_its_budget(string query, int samplesEach, long bytesPerEvaluation)
    {
        var expression = PromQLParser.Parse(query);
        var source = FixedSeries.Of(Series, samplesEach, Now);
        Evaluate(expression, source, times: 3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Evaluate(expression, source, times: 10);
        var measured = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
        Assert.True(measured <= bytesPerEvaluation, $"{query}: {measured} B an evaluation, budget {bytesPerEvaluation} B");
    }

    [Theory]
    [InlineData("requests_total > 1e12", 1)]
    [InlineData("sum by (job) (rate(requests_total[1m])) / sum by (job) (requests_total)", 2)]
    [InlineData("max_over_time(requests_total[5m:10s])", 1)]
    public void A_range_query_selects_once_for_each_selector(string query, int selections)
    {
        var source = FixedSeries.Of(10, 60, Now);
        var result = Engine.EvaluateRange(PromQLParser.Parse(query), source, Now - 60_000, Now, 1_000);
        Assert.IsType<RangeMatrix>(result.Value);
        Assert.Equal(selections, source.Selections);
    }

    private static void Evaluate(Expression expression, FixedSeries source, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Engine.EvaluateInstant(expression, source, Now, cancellationToken: TestContext.Current.CancellationToken);
        }
    }
}
