namespace Observability.Telemetry;

/// <summary>One value of one series. Stores and frames keep samples in columns; this is the form for few of them.</summary>
public readonly record struct MetricSample(LabelSet Labels, long TimestampMilliseconds, double Value);

/// <summary>What a series' values mean. The numbers are in frames: they never change.</summary>
public enum MetricKind
{
    Unknown = 0,
    Gauge = 1,
    Counter = 2,
    Histogram = 3,
    Summary = 4,

    /// <summary>A counter of which the sender reports the increments; the metric store adds them up. Only in frames.</summary>
    DeltaCounter = 5,

    /// <summary>A part of a histogram of which the sender reports the increments; the metric store adds them up. Only in frames.</summary>
    DeltaHistogram = 6,
}
