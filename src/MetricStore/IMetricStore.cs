using Observability.Telemetry;

namespace Observability.MetricStore;

/// <summary>
/// Where samples are kept and read. Reads may run beside writes from any thread; each answer is a snapshot. Times are Unix milliseconds;
/// a series belongs to a range when it has a sample in it.
/// </summary>
public interface IMetricStore : ISeriesSource
{
    /// <summary>Series with samples in memory: those that were written to in the last hours.</summary>
    int SeriesCount { get; }

    /// <summary>Samples held in memory and on disk, all series together.</summary>
    long SampleCount { get; }

    /// <summary>Labels of the series that satisfy every matcher and have a sample from <paramref name="fromMilliseconds"/> to <paramref name="untilMilliseconds"/>, both inclusive.</summary>
    IReadOnlyList<LabelSet> Series(IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds);

    /// <summary>Label names of those series, in ordinal order.</summary>
    IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds);

    /// <summary>Values of one label of those series, in ordinal order.</summary>
    IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long fromMilliseconds, long untilMilliseconds);

    /// <summary>What the values of each metric name mean, as its sender said last.</summary>
    IReadOnlyDictionary<string, MetricKind> Metadata();
}
