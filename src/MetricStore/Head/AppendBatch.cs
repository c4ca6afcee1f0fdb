using Observability.Telemetry;

namespace Observability.MetricStore.Head;

/// <summary>What one append collects for its report.</summary>
/// <param name="number">Of the append; a series remembers it, so that it is listed once.</param>
/// <param name="nowMilliseconds">The engine's clock, from which the earliest and the latest stamp are counted.</param>
/// <param name="options">The limits that a refusal names.</param>
internal sealed class AppendBatch(long number, long nowMilliseconds, MetricStoreOptions options)
{
    private readonly List<LabelSet> _changed = [];
    private Dictionary<int, SampleRefusal>? _refusedSeries;
    private SampleRefusals? _refused;
    private int _appended;

    public long LatestMilliseconds { get; } = nowMilliseconds + (long)options.AheadWindow.TotalMilliseconds;

    public long EarliestMilliseconds { get; } = nowMilliseconds - (long)options.Retention.TotalMilliseconds;

    public long OutOfOrderWindowMilliseconds { get; } = (long)options.OutOfOrderWindow.TotalMilliseconds;

    public void Appended(MemorySeries series)
    {
        _appended++;
        if (series.ChangedBy != number)
        {
            series.ChangedBy = number;
            _changed.Add(series.Labels);
        }
    }

    /// <param name="refusal">Why.</param>
    /// <param name="labels">Of the series.</param>
    /// <param name="samples">0 when the samples are still to be met.</param>
    public void Refuse(SampleRefusal refusal, LabelSet labels, int samples = 1)
    {
        _refused ??= new SampleRefusals();
        _refused.Add(refusal, samples);
        if (_refused.NeedsExample)
        {
            _refused.Describe(Describe(refusal, labels));
        }
    }

    /// <summary>A sample behind the out-of-order window, which its owner may keep elsewhere.</summary>
    public void RefuseLate(in MetricSample sample)
    {
        Refuse(SampleRefusal.TooOld, sample.Labels);
        _refused!.AddLate(sample);
    }

    /// <summary>Its samples are counted as they are met.</summary>
    public void RefuseSeries(int position, SampleRefusal refusal, LabelSet labels)
    {
        (_refusedSeries ??= []).Add(position, refusal);
        Refuse(refusal, labels, samples: 0);
    }

    public void RefuseSampleOf(int position) => _refused!.Add(_refusedSeries![position], 1);

    public AppendReport Report() => new(_appended, _changed, _refused ?? SampleRefusals.None);

    private string Describe(SampleRefusal refusal, LabelSet labels) => refusal switch
    {
        SampleRefusal.TooOld => $"{labels}: older than the newest sample of its series by more than {options.OutOfOrderWindow}; send samples in time order",
        SampleRefusal.BeyondRetention => $"{labels}: older than the {options.Retention.TotalDays:0.#} d that metrics are kept (retention.metrics); check the sender's clock and that it sends milliseconds",
        SampleRefusal.TooFarAhead => $"{labels}: the stamp is more than {options.AheadWindow} ahead of this machine's clock; check the sender's clock and that it sends milliseconds",
        SampleRefusal.SeriesLimit => $"{labels}: {options.MaximumSeries} series are held, no new one is taken; remove a label with unbounded values, or raise the limit of series",
        SampleRefusal.LabelLimit => $"{labels[LabelSet.MetricName]}: at most {SeriesLabelLimits.MaximumLabels} labels of {SeriesLabelLimits.MaximumBytes} bytes in all are taken",
        SampleRefusal.IncrementOutOfOrder => $"{labels}: an increment with a stamp that is not later than the one before; one sender may report a series, in time order",
        _ => $"{labels}: a series needs the label {LabelSet.MetricName}",
    };
}
