using Observability.Collector.Normalizing;
using Observability.Collector.Observing;
using Observability.Collector.Spooling;
using Observability.Durability;
using Observability.LogStore;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Indexing;

/// <summary>
/// Spool to log store. One read of the spool is one append; the cursor moves when the store has taken it. A store that is away is asked again for as long as
/// it takes; a row that it refuses for ever becomes a dead letter, and the cursor goes on.
/// </summary>
internal sealed class IndexingService(Spool spool, ILogStore store, CollectorMetrics metrics, TimeProvider time, ILogger<IndexingService> logger) : BackgroundService
{
    private readonly List<NamedFrame> _frames = [];
    private readonly RetryPause _pause = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reader = spool.OpenReader(spool.Indexing);
        try
        {
            while (true)
            {
                var batch = await reader.ReadAsync(stoppingToken);
                if (batch.Gap is { } gap)
                {
                    Spooling.Log.Gap(logger, spool.Indexing.Name, gap.FirstSequence, gap.LastSequence, gap.Reason.ToString(), gap.SegmentPath, gap.Position);
                }
                else
                {
                    Collect(batch.Entries);
                    await AppendAsync(stoppingToken);
                }
                spool.Advance(spool.Indexing, reader.NextSequence - 1);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The cursor says where to go on.
        }
    }

    private void Collect(IReadOnlyList<LogEntry> entries)
    {
        _frames.Clear();
        foreach (var entry in entries)
        {
            if (TelemetryFrame.PeekHeader(entry.Content.Span).LogCount > 0)
            {
                _frames.Add(new NamedFrame(new FrameName(spool.Incarnation, entry.Sequence), entry.Content));
            }
        }
    }

    private async Task AppendAsync(CancellationToken stoppingToken)
    {
        if (_frames.Count == 0)
        {
            return;
        }
        _pause.Reset();
        while (true)
        {
            try
            {
                var result = await store.AppendAsync(_frames, stoppingToken);
                await KeepRefusedAsync(result.Refused, stoppingToken);
                return;
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or TimeoutException)
            {
                metrics.StoreFailed();
                Log.StoreAway(logger, exception, spool.NewestSequence - spool.Indexing.Position, _pause.Attempts + 1);
                await _pause.WaitAsync(stoppingToken);
            }
        }
    }

    private async Task KeepRefusedAsync(IReadOnlyList<RefusedRecord> refused, CancellationToken stoppingToken)
    {
        foreach (var record in refused)
        {
            metrics.RecordRefused("log_store");
            Log.RecordRefused(logger, record.Name, record.Row, record.Reason);
            var frame = _frames.Find(candidate => candidate.Name == record.Name);
            if (frame.Bytes.IsEmpty || RefusedRow.Read(frame.Bytes, record.Row) is not { } row || row.IsDeadLetter)
            {
                // A dead letter that is refused too would come back for ever.
                continue;
            }
            using var writer = new TelemetryBatchWriter();
            var now = UnixTime.Nanoseconds(time);
            writer.Reset(FrameKind.Telemetry, row.Environment, row.Source, Actor.Unsigned.Name, now);
            DeadLetterRow.Write(writer, row.Environment, row.Source, "", $"the log store refused it: {record.Reason}", row.Body, now);
            while (await spool.AppendAsync([writer.Finish()], AppendPriority.Normal, stoppingToken) is { } refusal)
            {
                Log.DeadLetterWaits(logger, refusal.Reason);
                await _pause.WaitAsync(stoppingToken);
            }
        }
    }
}
