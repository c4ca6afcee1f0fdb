using System.Diagnostics.Metrics;

namespace Observability.LogStore;

/// <summary>What a log store says about itself, under the meter <c>Observability</c>. One instance a store; ends with it.</summary>
internal sealed class LogStoreMetrics : IDisposable
{
    private readonly Meter _meter = new("Observability");
    private readonly Counter<long> _records;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _damaged;

    public LogStoreMetrics()
    {
        _records = _meter.CreateCounter<long>("obs_logstore_records_total", "{record}", "Log records taken.");
        _refused = _meter.CreateCounter<long>("obs_logstore_refused_total", "{record}", "Log records refused for ever.");
        _failures = _meter.CreateCounter<long>("obs_logstore_write_failures_total", "{attempt}", "Writes that failed and are repeated.");
        _damaged = _meter.CreateCounter<long>("obs_logstore_damaged_total", "{part}", "Segments and blocks found damaged.");
    }

    public void Taken(long records) => _records.Add(records);

    public void Refused(long records) => _refused.Add(records);

    public void WriteFailed() => _failures.Add(1);

    public void Damaged() => _damaged.Add(1);

    /// <summary>Gauges that ask the store when they are read.</summary>
    public void Observe(Func<long> headBytes, Func<long> segments)
    {
        _meter.CreateObservableGauge("obs_logstore_head_bytes", headBytes, "By", "Rows in memory that are in no segment yet.");
        _meter.CreateObservableGauge("obs_logstore_segments", segments, "{segment}", "Segment files.");
    }

    public void Dispose() => _meter.Dispose();
}
