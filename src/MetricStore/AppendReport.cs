using Observability.Telemetry;

namespace Observability.MetricStore;

/// <summary>Why a sample was not kept. The member is also the metric's label.</summary>
public enum SampleRefusal
{
    /// <summary>Older than its series' newest sample by more than the out-of-order window.</summary>
    TooOld = 0,

    /// <summary>Ahead of the engine's clock by more than the ahead window: the sender's clock is wrong, or its unit is not milliseconds.</summary>
    TooFarAhead = 1,

    /// <summary>A new series, and the store holds as many as it may.</summary>
    SeriesLimit = 2,

    /// <summary>Labels are more or longer than a series may have.</summary>
    LabelLimit = 3,

    /// <summary>The series has no <c>__name__</c>.</summary>
    Unnamed = 4,

    /// <summary>An increment that is not later than the one before: it was counted already, or would be counted at the wrong time.</summary>
    IncrementOutOfOrder = 5,

    /// <summary>Older than anything that is kept: the next deletion of old blocks would take it, or the sender's unit is not milliseconds.</summary>
    BeyondRetention = 6,
}

/// <summary>What an append did.</summary>
/// <param name="Appended">Samples kept.</param>
/// <param name="ChangedSeries">Each series with at least one kept sample, once.</param>
/// <param name="Refused">Samples not kept, by reason.</param>
public readonly record struct AppendReport(int Appended, IReadOnlyList<LabelSet> ChangedSeries, SampleRefusals Refused);

/// <summary>Counts by <see cref="SampleRefusal"/>, with one example for people.</summary>
public sealed class SampleRefusals
{
    /// <summary>Late samples of one append that are kept for a dead letter: enough to see which sender it is; a whole backfill would fill the disk.</summary>
    public const int MaximumLateSamples = 100;

    public static readonly SampleRefusals None = new();

    private List<MetricSample>? _late;
    private readonly int[] _counts = new int[7];

    public int this[SampleRefusal reason] => _counts[(int)reason];

    public int Total => _counts.Sum();

    /// <summary>The first refusal in words: which series, which limit, what to do. Empty when nothing was refused.</summary>
    public string Example { get; private set; } = "";

    /// <summary>The first <see cref="MaximumLateSamples"/> of the samples that were <see cref="SampleRefusal.TooOld"/>.</summary>
    public IReadOnlyList<MetricSample> Late => _late ?? [];

    internal bool NeedsExample => Example.Length == 0;

    internal void Add(SampleRefusal reason, int samples) => _counts[(int)reason] += samples;

    internal void AddLate(in MetricSample sample)
    {
        if ((_late ??= []).Count < MaximumLateSamples)
        {
            _late.Add(sample);
        }
    }

    internal void Describe(string example) => Example = example;
}
