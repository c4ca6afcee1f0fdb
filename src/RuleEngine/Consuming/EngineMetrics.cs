using System.Diagnostics.Metrics;
using Observability.MetricStore;

namespace Observability.RuleEngine.Consuming;

/// <summary>What Consuming tells about itself.</summary>
internal sealed class EngineMetrics : IDisposable
{
    private readonly Meter _meter = new("Observability");
    private readonly Counter<long> _frames;
    private readonly Counter<long> _samples;
    private readonly Counter<long> _refusedSamples;
    private readonly Counter<long> _refusedRuns;
    private readonly Counter<long> _snapshots;

    public EngineMetrics(Func<EngineState> state)
    {
        _frames = _meter.CreateCounter<long>("obs_engine_frames", description: "Frames by what became of them: applied, known, dead_letter.");
        _samples = _meter.CreateCounter<long>("obs_engine_samples", description: "Samples kept.");
        _refusedSamples = _meter.CreateCounter<long>("obs_engine_samples_refused", description: "Samples not kept, by reason.");
        _refusedRuns = _meter.CreateCounter<long>("obs_engine_run_events_refused", description: "Run events that a limit kept out.");
        _snapshots = _meter.CreateCounter<long>("obs_engine_snapshots", description: "Snapshots by outcome: written, failed.");
        _meter.CreateObservableGauge("obs_engine_series", () => state().Metrics.SeriesCount, description: "Series held.");
        _meter.CreateObservableGauge("obs_engine_samples_held", () => state().Metrics.SampleCount, description: "Samples held.");
        _meter.CreateObservableGauge("obs_engine_pipelines", () => state().Runs.PipelineCount, description: "Pipelines known.");
        _meter.CreateObservableGauge("obs_engine_lost_frames", () => (long)state().Marks.LostFrames, description: "Frames that never came and were given up.");
    }

    public void Count(in AppliedRecord applied)
    {
        _frames.Add(1, new KeyValuePair<string, object?>("outcome", applied.WasKnown ? "known" : "applied"));
        _samples.Add(applied.Samples);
        _refusedRuns.Add(applied.RefusedRuns);
        foreach (var refusals in applied.Refused ?? [])
        {
            foreach (var reason in Enum.GetValues<SampleRefusal>())
            {
                if (refusals[reason] > 0)
                {
                    _refusedSamples.Add(refusals[reason], new KeyValuePair<string, object?>("reason", reason.ToString()));
                }
            }
        }
    }

    public void CountKnownFrame() => _frames.Add(1, new KeyValuePair<string, object?>("outcome", "known"));

    public void CountDeadLetter() => _frames.Add(1, new KeyValuePair<string, object?>("outcome", "dead_letter"));

    public void CountSnapshot(bool written) => _snapshots.Add(1, new KeyValuePair<string, object?>("outcome", written ? "written" : "failed"));

    public void Dispose() => _meter.Dispose();
}
