using Microsoft.Extensions.Logging.Abstractions;
using Observability.Bench.Data;
using Observability.Durability;
using Observability.LogStore.Segments;

namespace Observability.Bench.Scanning;

/// <summary>The same records twice: in a log store on disk, and as lines of text in two files, written by the same program with one write size.</summary>
internal sealed class LogCorpus : IAsyncDisposable
{
    private const int RecordsPerBatch = 500;
    private const int WriteBytes = 1 << 20;

    /// <summary>A word that one record has and no other.</summary>
    public const string UniqueToken = "zq7needle";

    private LogCorpus(SegmentLogStore store, string directory, int records) => (Store, Directory, Records) = (store, directory, records);

    public SegmentLogStore Store { get; }

    public string Directory { get; }

    public int Records { get; }

    public IReadOnlyList<string> Halves => [Path.Combine(Directory, "first.log"), Path.Combine(Directory, "second.log")];

    /// <summary>Records a service and a minute, counted while they were made.</summary>
    public Dictionary<(string Service, long Minute), long> Expected { get; } = [];

    public long TextBytes => Halves.Where(File.Exists).Sum(static half => new FileInfo(half).Length);

    /// <param name="directory">Emptied first.</param>
    /// <param name="records">A multiple of the batch is made.</param>
    /// <param name="seed">Of the records.</param>
    /// <param name="writesText">Whether the two files are wanted.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    public static async Task<LogCorpus> CreateAsync(string directory, int records, int seed, bool writesText, CancellationToken cancellationToken)
    {
        if (System.IO.Directory.Exists(directory))
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
        System.IO.Directory.CreateDirectory(directory);
        var store = SegmentLogStore.Open(
            PhysicalDisk.Instance, new SegmentStoreOptions { Directory = Path.Combine(directory, "logs") }, TimeProvider.System, NullLogger<SegmentLogStore>.Instance);
        var batches = Math.Max(2, records / RecordsPerBatch);
        var corpus = new LogCorpus(store, directory, batches * RecordsPerBatch);
        using var frames = new SyntheticFrames();
        var logs = new SyntheticLogs(seed);
        for (var half = 0; half < 2; half++)
        {
            await using var text = writesText ? new FileStream(corpus.Halves[half], FileMode.Create, FileAccess.Write, FileShare.Read, WriteBytes) : Stream.Null;
            var end = half == 0 ? batches / 2 : batches;
            for (var number = half == 0 ? 0 : batches / 2; number < end; number++)
            {
                var batch = logs.Next(RecordsPerBatch);
                if (number == batches / 3)
                {
                    var marked = batch.Records[7] with { Body = $"{batch.Records[7].Body} {UniqueToken}" };
                    batch = batch with { Records = [marked, .. batch.Records.Skip(1)] };
                }
                await corpus.AddAsync(frames, batch, text, cancellationToken);
            }
        }
        await store.FlushAsync(cancellationToken);
        return corpus;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task AddAsync(SyntheticFrames frames, SyntheticBatch batch, Stream text, CancellationToken cancellationToken)
    {
        var service = (string)batch.Resource[0].Value;
        foreach (var record in batch.Records)
        {
            var key = (service, record.TimeUnixNanoseconds / 60_000_000_000);
            Expected[key] = Expected.GetValueOrDefault(key) + 1;
        }
        if (text != Stream.Null)
        {
            SyntheticFrames.WriteLines(text, batch);
        }
        await Store.AppendAsync(frames.Decode(OtlpBodies.Protobuf(batch), batch.Records[^1].TimeUnixNanoseconds), cancellationToken);
    }
}
