using System.Buffers.Binary;
using Observability.Durability.Tests.Disk;
using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

public sealed class AppendLogConcurrencyTests
{
    private const int Appenders = 16;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_appenders_share_flushes_and_a_reader_beside_them_sees_each_record_once()
    {
        const int RecordsEach = 400;
        using var directory = new TemporaryDirectory();
        await using var log = AppendLog.Open(PhysicalDisk.Instance, directory.Path, new AppendLogOptions { SegmentBytes = 1 << 20, CapacityBytes = 64 << 20 });
        var appenders = Enumerable.Range(0, Appenders).Select(appender => Task.Run(() => AppendManyAsync(log, appender, RecordsEach), Token)).ToArray();

        var seen = new List<long>[Appenders];
        Array.Fill(seen, null!);
        var reader = log.OpenReader(1);
        ulong expected = 1;
        while (expected <= Appenders * RecordsEach)
        {
            var batch = await reader.ReadAsync(Token);
            Assert.Null(batch.Gap);
            foreach (var entry in batch.Entries)
            {
                Assert.Equal(expected++, entry.Sequence);
                var appender = BinaryPrimitives.ReadInt32LittleEndian(entry.Content.Span);
                (seen[appender] ??= []).Add(BinaryPrimitives.ReadInt64LittleEndian(entry.Content.Span[4..]));
            }
        }
        await Task.WhenAll(appenders);
        Assert.All(seen, numbers => Assert.Equal(Enumerable.Range(0, RecordsEach).Select(number => (long)number), numbers));
        Assert.True(log.FlushCount < Appenders * RecordsEach, $"{log.FlushCount} flushes for {Appenders * RecordsEach} appends");
    }

    [Fact]
    public async Task Power_failing_under_concurrent_appenders_loses_nothing_that_was_acknowledged()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var disk = new SimulatedDisk(seed);
            var log = disk.OpenLog(LogTestExtensions.SmallOptions with { CommitMode = CommitMode.OwnThread });
            disk.Faults.PowerLossAfterOperations = 20 + seed;
            var acknowledged = await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(() => AppendUntilFailureAsync(log, appender), Token)));
            await log.DisposeAsync();
            await using var reopened = disk.Crash().OpenLog();
            var (records, gaps) = reopened.ReadAll();
            Assert.Empty(gaps);
            foreach (var (appender, mine) in acknowledged.Index())
            {
                Assert.All(mine, record => Assert.Equal((appender, record.Value), Decode(records[(int)record.Key - 1].Content)));
            }
        }
    }

    [Fact]
    public async Task Appends_that_the_device_cannot_follow_are_refused_instead_of_kept_waiting()
    {
        using var disk = new StallingDisk();
        var log = AppendLog.Open(disk, LogTestExtensions.Directory, LogTestExtensions.SmallOptions with { CommitMode = CommitMode.OwnThread, MaximumWaitingAppends = 3 });
        var first = log.AppendAsync(new byte[1]).AsTask();
        disk.WaitUntilStalled();
        var waiting = Enumerable.Range(0, 3).Select(_ => log.AppendAsync(new byte[1]).AsTask()).ToList();
        Assert.Equal(AppendOutcome.Busy, (await log.AppendAsync(new byte[1])).Outcome);
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        disk.GoOn();
        Assert.True((await first).IsAppended);
        Assert.All(await Task.WhenAll(waiting), result => Assert.True(result.IsAppended));
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Appending_allocates_nothing_per_record()
    {
        await using var log = new SimulatedDisk(1).OpenLog(LogTestExtensions.SmallOptions with { CapacityBytes = 1 << 20 });
        var content = new byte[64];
        var queue = new AppendQueue(10);
        for (var warmUp = 0; warmUp < 2; warmUp++)
        {
            _ = RentAndComplete(queue, content);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 1000; number++)
        {
            _ = RentAndComplete(queue, content);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static AppendResult RentAndComplete(AppendQueue queue, ReadOnlyMemory<byte> content)
    {
        var request = queue.Rent();
        request.Hold(content);
        var task = request.Task;
        request.Complete(new AppendResult(AppendOutcome.Appended, 1));
        return task.GetAwaiter().GetResult();
    }

    private static async Task AppendManyAsync(AppendLog log, int appender, int count)
    {
        var random = new Random(appender);
        for (var number = 0; number < count; number++)
        {
            var content = Encode(appender, number, 12 + random.Next(random.Next(20) == 0 ? 40_000 : 600));
            Assert.True((await log.AppendAsync(content)).IsAppended);
        }
    }

    private static async Task<Dictionary<ulong, long>> AppendUntilFailureAsync(AppendLog log, int appender)
    {
        var acknowledged = new Dictionary<ulong, long>();
        for (long number = 0; ; number++)
        {
            var result = await log.AppendAsync(Encode(appender, number, 12 + appender));
            if (!result.IsAppended)
            {
                return acknowledged;
            }
            acknowledged.Add(result.FirstSequence, number);
        }
    }

    private static byte[] Encode(int appender, long number, int length)
    {
        var content = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(content, appender);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(4), number);
        return content;
    }

    private static (int Appender, long Number) Decode(byte[] content) =>
        (BinaryPrimitives.ReadInt32LittleEndian(content), BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(4)));
}
