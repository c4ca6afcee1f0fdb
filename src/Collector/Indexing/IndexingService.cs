using System.Threading.Channels;
using Observability.Collector.Normalizing;
using Observability.Collector.Observing;
using Observability.Collector.Spooling;
using Observability.Durability;
using Observability.LogStore;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Collector.Indexing;

/// <summary>
/// Spool to log store: every frame, in order, one read of the spool an append. Appends go on while earlier ones become durable, and the cursor follows what
/// is durable. A store that is away is asked again for as long as it takes; a row that it refuses for ever becomes a dead letter, and the cursor goes on.
/// </summary>
internal sealed class IndexingService(Spool spool, ILogStore store, CollectorMetrics metrics, TimeProvider time, ILogger<IndexingService> logger) : BackgroundService
{
    /// <summary>Appends that are not yet durable. Bigger: nothing; a store flushes by size long before, this only bounds the list.</summary>
    private const int MaximumUndurable = 1024;

    private readonly List<NamedFrame> _frames = [];
    private readonly RetryPause _pause = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var undurable = Channel.CreateBounded<(ulong Sequence, Task Durable)>(new BoundedChannelOptions(MaximumUndurable) { SingleReader = true, SingleWriter = true });
        try
        {
            await Task.WhenAll(ReadAsync(undurable.Writer, stoppingToken), ConfirmAsync(undurable.Reader, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The cursor says where to go on.
        }
    }

    private async Task ReadAsync(ChannelWriter<(ulong, Task)> undurable, CancellationToken stoppingToken)
    {
        var reader = spool.OpenReader(spool.Indexing);
        while (true)
        {
            var batch = await reader.ReadAsync(stoppingToken);
            var durable = Task.CompletedTask;
            if (batch.Gap is { } gap)
            {
                Spooling.Log.Gap(logger, spool.Indexing.Name, gap.FirstSequence, gap.LastSequence, gap.Reason.ToString(), gap.SegmentPath, gap.Position);
            }
            else
            {
                _frames.Clear();
                _frames.AddRange(batch.Entries.Select(entry => new NamedFrame(new FrameName(spool.Incarnation, entry.Sequence), entry.Content)));
                durable = await AppendAsync(stoppingToken);
            }
            await undurable.WriteAsync((reader.NextSequence - 1, durable), stoppingToken);
        }
    }

    private async Task ConfirmAsync(ChannelReader<(ulong Sequence, Task Durable)> undurable, CancellationToken stoppingToken)
    {
        await foreach (var (sequence, durable) in undurable.ReadAllAsync(stoppingToken))
        {
            try
            {
                await durable.WaitAsync(stoppingToken);
            }
            catch (IOException exception)
            {
                // The store closed first; the next start sends the rest again.
                Log.StoreClosed(logger, exception, spool.NewestSequence - spool.Indexing.Position);
                return;
            }
            spool.Advance(spool.Indexing, sequence);
        }
    }

    /// <returns>Done when a restart of the store would still find the rows.</returns>
    private async Task<Task> AppendAsync(CancellationToken stoppingToken)
    {
        _pause.Reset();
        while (true)
        {
            try
            {
                var result = await store.AppendAsync(_frames, stoppingToken);
                await KeepRefusedAsync(result.Refused, stoppingToken);
                return result.Durable;
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
