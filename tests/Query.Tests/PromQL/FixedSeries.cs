using Observability.Telemetry;

namespace Observability.Query.Tests.PromQL;

/// <summary>A source that gives the same series whatever is asked, without allocating: what remains is the engine's own cost.</summary>
internal sealed class FixedSeries(IReadOnlyList<SeriesSamples> series) : ISeriesSource
{
    public int Selections { get; private set; }

    public IReadOnlyList<SeriesSamples> Select(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds)
    {
        Selections++;
        return series;
    }

    /// <summary>Series of one metric spread over 20 jobs, each with a sample every second up to the end.</summary>
    public static FixedSeries Of(int count, int samplesEach, long endMilliseconds)
    {
        var times = Enumerable.Range(0, samplesEach).Select(index => endMilliseconds - ((samplesEach - 1 - index) * 1000L)).ToArray();
        return new FixedSeries(Enumerable.Range(0, count)
            .Select(number => new SeriesSamples(
                LabelSet.Of((LabelSet.MetricName, "requests_total"), ("job", $"job-{number % 20}"), ("instance", $"instance-{number}"), ("environment", "prod"), ("team", "core")),
                times,
                times.Select((_, index) => (double)(index * (number + 1))).ToArray()))
            .ToList());
    }
}
