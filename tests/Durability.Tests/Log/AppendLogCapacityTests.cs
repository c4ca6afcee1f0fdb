using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

public sealed class AppendLogCapacityTests
{
    private readonly SimulatedDisk _disk = new(seed: 5);

    [Fact]
    public async Task A_full_log_refuses_with_the_reason_until_it_is_trimmed_and_reuses_its_files()
    {
        await using var log = _disk.OpenLog();
        var appended = await FillAsync(log, AppendPriority.Normal);
        var refused = await log.AppendAsync(new byte[10_000]);
        Assert.Equal(AppendOutcome.Full, refused.Outcome);
        Assert.Contains("CapacityBytes", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(appended, (int)log.DurableSequence);
        Assert.InRange(log.BytesUsed, log.CapacityBytes * 8 / 10, log.CapacityBytes);

        log.TrimBefore(log.DurableSequence);
        Assert.True(log.FirstSequence > 1);
        await log.AppendOrThrowAsync(new byte[10_000]);
        Assert.Equal(8, _disk.ListFiles(LogTestExtensions.Directory).Count);
    }

    [Fact]
    public async Task Low_priority_is_refused_first_so_that_the_rest_keeps_room()
    {
        await using var log = _disk.OpenLog();
        await FillAsync(log, AppendPriority.Low);
        Assert.InRange(log.BytesUsed, log.CapacityBytes * 7 / 10, log.CapacityBytes * 8 / 10);
        var refused = await log.AppendAsync(new byte[10_000], AppendPriority.Low);
        Assert.Equal(AppendOutcome.Full, refused.Outcome);
        Assert.Contains("LowPriorityShare", refused.Reason, StringComparison.Ordinal);
        await log.AppendOrThrowAsync(new byte[10_000]);
    }

    [Fact]
    public async Task Records_of_an_earlier_use_of_a_file_never_come_back()
    {
        var disk = _disk;
        var log = disk.OpenLog();
        for (ulong number = 1; number <= 500; number++)
        {
            await log.AppendOrThrowAsync(Enumerable.Repeat((byte)number, 3000).ToArray());
            log.TrimBefore(number > 20 ? number - 20 : 1);
            if (number % 50 == 0)
            {
                disk = disk.Crash();
                log = disk.OpenLog();
            }
            var (records, gaps) = log.ReadAll(log.FirstSequence);
            Assert.Empty(gaps);
            Assert.Equal(number, log.DurableSequence);
            Assert.All(records, record => Assert.Equal((byte)record.Sequence, record.Content[0]));
        }
    }

    [Fact]
    public async Task A_trimmed_log_stays_trimmed_after_a_crash()
    {
        var log = _disk.OpenLog();
        await FillAsync(log, AppendPriority.Normal);
        log.TrimBefore(30);
        var first = log.FirstSequence;
        Assert.InRange(first, 2UL, 30UL);
        await using var reopened = _disk.Crash().OpenLog();
        Assert.Equal(first, reopened.FirstSequence);
    }

    [Fact]
    public async Task A_reader_overtaken_by_the_trimming_is_told_what_it_missed()
    {
        await using var log = _disk.OpenLog();
        var reader = log.OpenReader(1);
        await FillAsync(log, AppendPriority.Normal);
        Assert.True(reader.TryRead(out var batch));
        var next = reader.NextSequence;
        log.TrimBefore(log.DurableSequence);
        await FillAsync(log, AppendPriority.Normal);
        Assert.True(reader.TryRead(out batch));
        Assert.Equal(new LogGap(LogGapReason.Trimmed, next, log.FirstSequence - 1, "", 0), batch.Gap);
        Assert.Empty(batch.Entries);
        Assert.True(reader.TryRead(out batch));
        Assert.Equal(log.FirstSequence, batch.Entries[0].Sequence);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_loses_nothing_and_the_log_goes_on_when_there_is_room()
    {
        var log = _disk.OpenLog();
        await log.AppendTextAsync("before");
        _disk.Faults.CapacityBytes = 100_000;
        var outcomes = new List<AppendOutcome>();
        for (var number = 0; number < 20; number++)
        {
            outcomes.Add((await log.AppendAsync(new byte[5000])).Outcome);
        }
        Assert.Equal(AppendOutcome.Full, outcomes[^1]);
        var stored = outcomes.Count(outcome => outcome == AppendOutcome.Appended);
        Assert.Equal(1UL + (ulong)stored, log.DurableSequence);
        _disk.Faults.CapacityBytes = long.MaxValue;
        await log.AppendOrThrowAsync(new byte[5000]);
        await using var reopened = _disk.Crash().OpenLog();
        Assert.Equal(2UL + (ulong)stored, reopened.DurableSequence);
        Assert.Equal("before", reopened.ReadTexts()[0]);
    }

    [Fact]
    public async Task A_failed_flush_is_told_and_what_it_left_behind_never_appears()
    {
        var log = _disk.OpenLog();
        await log.AppendTextAsync("one");
        _disk.Faults.FailingFlushes = 1;
        var failed = await log.AppendTextAsync("failed");
        Assert.Equal(AppendOutcome.Failed, failed.Outcome);
        Assert.Contains("flushing", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(2UL, (await log.AppendTextAsync("two")).FirstSequence);
        Assert.Equal(["one", "two"], log.ReadTexts());
        await using var reopened = _disk.Crash().OpenLog();
        Assert.Equal(["one", "two"], reopened.ReadTexts());
    }

    [Fact]
    public async Task Trimming_does_not_bring_back_what_a_failed_write_left_behind_the_newest_record()
    {
        // The file of segment 2 fails after its record was written; the empty segment 3 ends it, and is only a spare when the log is opened again.
        var log = _disk.OpenLog();
        await log.AppendTextAsync("one");
        await log.DisposeAsync();
        log = _disk.OpenLog();
        await log.AppendTextAsync("two");
        _disk.Faults.FailingFlushes = 1;
        Assert.Equal(AppendOutcome.Failed, (await log.AppendTextAsync("failed")).Outcome);
        await log.DisposeAsync();
        log = _disk.OpenLog();
        log.TrimBefore(2);
        await log.DisposeAsync();
        await using var reopened = _disk.OpenLog();
        Assert.Equal((2UL, 2UL), (reopened.FirstSequence, reopened.DurableSequence));
        Assert.Equal(["two"], reopened.ReadTexts(from: 2));
    }

    [Fact]
    public async Task A_log_that_few_write_to_takes_little_room_and_grows_in_steps()
    {
        await using var log = _disk.OpenLog();
        var segment = log.CapacityBytes / 8;
        await log.AppendTextAsync("one");
        Assert.Equal(segment / 8, RoomTaken());
        await log.AppendOrThrowAsync(new byte[segment / 2]);
        Assert.InRange(RoomTaken(), segment / 2, (segment / 2) + (segment / 8));
    }

    [Fact]
    public async Task A_segment_that_cannot_grow_refuses_as_full_and_the_log_goes_on_when_there_is_room()
    {
        await using var log = _disk.OpenLog();
        await log.AppendTextAsync("one");
        _disk.Faults.CapacityBytes = RoomTaken();
        Assert.Equal(AppendOutcome.Full, (await log.AppendAsync(new byte[20_000])).Outcome);
        Assert.Equal(["one"], log.ReadTexts());
        _disk.Faults.CapacityBytes = long.MaxValue;
        Assert.Equal(2UL, (await log.AppendTextAsync("two")).FirstSequence);
        await using var reopened = _disk.Crash().OpenLog();
        Assert.Equal(["one", "two"], reopened.ReadTexts());
    }

    [Fact]
    public async Task A_backlog_that_is_gone_gives_its_room_back_but_for_one_segment()
    {
        await using var log = _disk.OpenLog();
        var appended = await FillAsync(log, AppendPriority.Normal);
        var overtaken = log.OpenReader(1);
        var segment = log.CapacityBytes / 8;
        Assert.InRange(RoomTaken(), 7 * segment, 8 * segment);
        log.TrimBefore(log.DurableSequence);
        Assert.InRange(RoomTaken(), segment, (2 * segment) + (6 * SegmentHeader.Bytes));
        Assert.True(overtaken.TryRead(out var batch));
        Assert.True(batch.Gap is not null || batch.Entries[0].Sequence > 1);
        Assert.InRange(await FillAsync(log, AppendPriority.Normal), appended * 3 / 4, appended);
    }

    private long RoomTaken() => _disk.ListFiles(LogTestExtensions.Directory).Sum(name =>
    {
        using var file = _disk.Open(Path.Combine(LogTestExtensions.Directory, name), DiskOpenMode.Existing);
        return file.Length;
    });

    private static async Task<int> FillAsync(AppendLog log, AppendPriority priority)
    {
        var appended = 0;
        while ((await log.AppendAsync(new byte[9000], priority)).IsAppended)
        {
            appended++;
        }
        return appended;
    }
}
