using System.Diagnostics.Metrics;
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

    public CollectorMetrics(IMeterFactory factory, Spool spool)
    {
        var meter = factory.Create("Observability");
        _requests = meter.CreateCounter<long>("obs_requests", "{request}", "Requests by source and how they ended.");
        _records = meter.CreateCounter<long>("obs_refused_records", "{record}", "Records that were refused one by one, by who refused them.");
        _storeFailures = meter.CreateCounter<long>("obs_log_store_failures", "{attempt}", "Batches that the log store did not take; they are sent again.");
        _publishFailures = meter.CreateCounter<long>("obs_publish_failures", "{attempt}", "Frames that the bus did not take; they are sent again.");
        _forwardedTraces = meter.CreateCounter<long>("obs_forwarded_trace_requests", "{request}", "Requests of spans for the tracer, by how they ended.");
        meter.CreateObservableGauge("obs_spool_bytes", () => spool.BytesUsed, "By", "Bytes of spool segments in use.");
        meter.CreateObservableGauge("obs_spool_capacity_bytes", () => spool.CapacityBytes, "By", "Bytes at which requests are refused.");
        meter.CreateObservableGauge("obs_spool_lag_frames", () => new[] { LagOf(spool, spool.Indexing), LagOf(spool, spool.Publishing) }, "{frame}",
            "Frames on disk that a consumer is not done with.");
    }

    public void RequestEnded(string source, string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("outcome", outcome));

    public void RecordRefused(string by, long count = 1) => _records.Add(count, new KeyValuePair<string, object?>("by", by));

    public void StoreFailed() => _storeFailures.Add(1);

    public void PublishFailed() => _publishFailures.Add(1);

    /// <param name="outcome"><c>sent</c>, <c>refused</c>, <c>given_up</c> or <c>no_room</c>.</param>
    public void TracesForwarded(string outcome) => _forwardedTraces.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private static Measurement<long> LagOf(Spool spool, SpoolCursor cursor) =>
        new((long)(spool.NewestSequence - cursor.Position), new KeyValuePair<string, object?>("cursor", cursor.Name));
}
