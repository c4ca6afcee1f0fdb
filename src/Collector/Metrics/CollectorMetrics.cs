using System.Diagnostics.Metrics;
using Observability.Collector.Forwarding;
using Observability.Collector.Spooling;

namespace Observability.Collector.Metrics;

/// <summary>What the Collector tells about itself: meter <c>Observability</c>, names <c>obs_*</c>.</summary>
internal sealed class CollectorMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _records;
    private readonly Counter<long> _storeFailures;
    private readonly Counter<long> _publishFailures;
    private readonly Counter<long> _forwardedTraces;
    private readonly Counter<long> _forwardedSamples;

    public CollectorMetrics(IMeterFactory factory, Spool spool)
    {
        var meter = factory.Create("Observability");
        _requests = meter.CreateCounter<long>("obs_requests", "{request}", "Requests by source and how they ended.");
        _records = meter.CreateCounter<long>("obs_refused_records", "{record}", "Records that were refused one by one, by who refused them.");
        _storeFailures = meter.CreateCounter<long>("obs_log_store_failures", "{attempt}", "Batches that the log store did not take; they are sent again.");
        _publishFailures = meter.CreateCounter<long>("obs_publish_failures", "{attempt}", "Frames that the bus did not take; they are sent again.");
        _forwardedTraces = meter.CreateCounter<long>("obs_forwarded_trace_requests", "{request}", "Requests of spans for the tracer, by how they ended.");
        _forwardedSamples = meter.CreateCounter<long>("obs_forwarded_samples", "{sample}", "Samples for receivers of remote write, by receiver and how they ended.");
        meter.CreateObservableGauge("obs_spool_bytes", () => spool.BytesUsed, "By", "Bytes of spool segments in use.");
        meter.CreateObservableGauge("obs_spool_capacity_bytes", () => spool.CapacityBytes, "By", "Bytes at which requests are refused.");
        meter.CreateObservableGauge("obs_spool_lag_frames", () => new[] { LagOf(spool, spool.Indexing), LagOf(spool, spool.Publishing) }, "{frame}",
            "Frames on disk that a consumer is not done with.");
    }

    public void RequestEnded(string source, string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("outcome", outcome));

    public void RecordRefused(string by, long count = 1) => _records.Add(count, new KeyValuePair<string, object?>("by", by));

    public void StoreFailed() => _storeFailures.Add(1);

    public void PublishFailed() => _publishFailures.Add(1);

    public void TracesForwarded(CopyOutcome outcome) => _forwardedTraces.Add(1, new KeyValuePair<string, object?>("outcome", LabelOf(outcome)));

    /// <param name="receiver">Host and port.</param>
    /// <param name="outcome">How they ended.</param>
    /// <param name="count">Of samples.</param>
    public void SamplesForwarded(string receiver, CopyOutcome outcome, int count) =>
        _forwardedSamples.Add(count, new KeyValuePair<string, object?>("receiver", receiver), new KeyValuePair<string, object?>("outcome", LabelOf(outcome)));

    private static string LabelOf(CopyOutcome outcome) => outcome switch
    {
        CopyOutcome.Sent => "sent",
        CopyOutcome.Refused => "refused",
        CopyOutcome.GivenUp => "given_up",
        CopyOutcome.NoRoom => "no_room",
        _ => "increment",
    };

    private static Measurement<long> LagOf(Spool spool, SpoolCursor cursor) =>
        new((long)(spool.NewestSequence - cursor.Position), new KeyValuePair<string, object?>("cursor", cursor.Name));
}
