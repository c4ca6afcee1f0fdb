using Observability.Bench.Data;

namespace Observability.Bench.Whole;

/// <summary>The same records for each side, made while they are sent, over as many connections as a few agents have.</summary>
internal static class WholeCorpus
{
    public const int RecordsPerBatch = 500;

    /// <summary>A word that one record has and no other.</summary>
    public const string UniqueToken = "zq7needle";

    private const int Connections = 4;

    /// <summary>Times lie in the last hours, as those of records that arrive do. A record is followed by the next after 2 ms on average.</summary>
    public static CorpusTime TimeOf(long records, DateTimeOffset now)
    {
        var span = TimeSpan.FromMilliseconds((records * 2.1) + 60_000);
        var start = now - span;
        start = new DateTimeOffset(start.Ticks - (start.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        return new CorpusTime(start, start.AddMinutes(Math.Ceiling(span.TotalMinutes)));
    }

    public static Task SendAsync(LogSide side, long records, int seed, CorpusTime time, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Batches(records, seed, time), new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
            async (batch, token) => await side.SendAsync(batch, token));

    private static IEnumerable<SyntheticBatch> Batches(long records, int seed, CorpusTime time)
    {
        var logs = new SyntheticLogs(seed, time.Start);
        var batches = records / RecordsPerBatch;
        for (var number = 0; number < batches; number++)
        {
            var batch = logs.Next(RecordsPerBatch);
            if (number == batches / 3)
            {
                var marked = batch.Records[7] with { Body = $"{batch.Records[7].Body} {UniqueToken}" };
                batch = batch with { Records = [marked, .. batch.Records.Skip(1)] };
            }
            yield return batch;
        }
    }
}
