using Observability.Telemetry;

namespace Observability.Query.Tests.PromQL.Conformance;

/// <summary>Loaded series in memory, behind the interface that a store implements.</summary>
internal sealed class ScriptData : ISeriesSource
{
    private readonly Dictionary<LabelSet, SortedDictionary<long, double>> _samples = [];
    private readonly Lazy<List<SeriesSamples>> _series;

    public ScriptData() => _series = new Lazy<List<SeriesSamples>>(() => _samples
        .Where(static pair => pair.Value.Count > 0)
        .Select(static pair => new SeriesSamples(pair.Key, pair.Value.Keys.ToArray(), pair.Value.Values.ToArray()))
        .ToList());

    /// <summary>Series that hold native histograms, which this source leaves out.</summary>
    public HashSet<LabelSet> NativeHistograms { get; } = [];

    public static ScriptData CopyOf(ScriptData other)
    {
        var copy = new ScriptData();
        copy.NativeHistograms.UnionWith(other.NativeHistograms);
        foreach (var (labels, samples) in other._samples)
        {
            copy._samples.Add(labels, new SortedDictionary<long, double>(samples));
        }
        return copy;
    }

    /// <summary>Replaces what the same <c>load</c> gave this series before, and adds to what earlier ones did.</summary>
    public void Add(LabelSet labels, IEnumerable<(long Time, double Value)> points)
    {
        if (!_samples.TryGetValue(labels, out var samples))
        {
            _samples.Add(labels, samples = []);
        }
        foreach (var (time, value) in points)
        {
            samples.TryAdd(time, value);
        }
    }

    public IReadOnlyList<SeriesSamples> Select(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds)
    {
        var result = new List<SeriesSamples>();
        foreach (var series in _series.Value.Where(series => matchers.All(matcher => matcher.Matches(series.Labels))))
        {
            var times = series.Timestamps.Span;
            var (first, next) = (0, times.Length);
            while (first < times.Length && times[first] <= afterMilliseconds)
            {
                first++;
            }
            while (next > first && times[next - 1] > untilMilliseconds)
            {
                next--;
            }
            if (next > first)
            {
                result.Add(new SeriesSamples(series.Labels, series.Timestamps[first..next], series.Values[first..next]));
            }
        }
        return result;
    }
}
