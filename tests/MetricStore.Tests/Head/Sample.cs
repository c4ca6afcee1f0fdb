using Observability.Telemetry;

namespace Observability.MetricStore.Tests.Head;

/// <summary>Short ways to write label sets, samples and frames.</summary>
internal static class Sample
{
    public const long Now = 1_795_000_000_000;

    public static LabelSet Series(string name, params (string Name, string Value)[] labels) =>
        LabelSet.Of([new Label(LabelSet.MetricName, name), .. labels.Select(label => new Label(label.Name, label.Value))]);

    public static MetricSample At(LabelSet labels, long timestamp, double value) => new(labels, timestamp, value);

    public static LabelMatcher Named(string name) => new(LabelSet.MetricName, MatchOperator.Equal, name);

    public static TelemetryFrame Frame(params ReadOnlySpan<MetricSample> samples) => Frame(MetricKind.Gauge, samples);

    public static TelemetryFrame Frame(MetricKind kind, params ReadOnlySpan<MetricSample> samples)
    {
        using var writer = new TelemetryBatchWriter();
        writer.Reset(FrameKind.Telemetry, "prod", "test", "key", Now * 1_000_000);
        var positions = new Dictionary<LabelSet, int>();
        foreach (var (labels, timestamp, value) in samples)
        {
            if (!positions.TryGetValue(labels, out var position))
            {
                position = writer.AddSeries(kind, labels.Select(label => new TextPair(writer.Intern(label.Name), writer.Intern(label.Value))).ToArray());
                positions.Add(labels, position);
            }
            writer.AddSample(position, timestamp, value);
        }
        return TelemetryFrame.Open(writer.Finish().ToArray());
    }

    /// <summary>Everything in a store, as text that can be compared.</summary>
    public static string Dump(ISeriesSource store) => string.Join('\n', store.Select([], long.MinValue, long.MaxValue)
        .Select(series => $"{series.Labels} {string.Join(' ', Enumerable.Range(0, series.Timestamps.Length).Select(i => $"{series.Timestamps.Span[i]}={BitConverter.DoubleToInt64Bits(series.Values.Span[i]):x}"))}")
        .Order(StringComparer.Ordinal));
}
