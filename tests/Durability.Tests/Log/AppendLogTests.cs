using System.Text;
using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

public sealed class AppendLogTests
{
    private readonly SimulatedDisk _disk = new(seed: 7);

    [Fact]
    public async Task Records_are_read_in_the_order_of_their_sequences_which_begin_at_one()
    {
        await using var log = _disk.OpenLog();
        Assert.Equal(new AppendResult(AppendOutcome.Appended, 1), await log.AppendTextAsync("one"));
        Assert.Equal(new AppendResult(AppendOutcome.Appended, 2), await log.AppendTextAsync("two"));
        Assert.Equal(["one", "two"], log.ReadTexts());
        Assert.Equal((1UL, 2UL), (log.FirstSequence, log.DurableSequence));
    }

    [Fact]
    public async Task An_acknowledged_record_is_there_after_a_crash()
    {
        var log = _disk.OpenLog();
        await log.AppendTextAsync("kept");
        await using var reopened = _disk.Crash().OpenLog();
        Assert.Equal(["kept"], reopened.ReadTexts());
        Assert.Equal(log.Incarnation, reopened.Incarnation);
    }

    [Fact]
    public async Task Empty_records_and_records_as_big_as_a_segment_are_stored()
    {
        await using var log = _disk.OpenLog();
        var biggest = new byte[LogTestExtensions.SmallOptions.SegmentBytes - SegmentHeader.Bytes - RecordFormat.HeaderBytes];
        Array.Fill(biggest, (byte)7);
        await log.AppendOrThrowAsync(default);
        await log.AppendOrThrowAsync(biggest);
        await log.AppendOrThrowAsync(default);
        Assert.Equal([0, biggest.Length, 0], log.ReadAll().Records.Select(record => record.Content.Length));
        Assert.Equal(biggest, log.ReadAll().Records[1].Content);
    }

    [Fact]
    public async Task A_record_bigger_than_a_segment_is_refused_with_both_sizes()
    {
        await using var log = _disk.OpenLog();
        var result = await log.AppendAsync(new byte[64 << 10]);
        Assert.Equal(AppendOutcome.TooLarge, result.Outcome);
        Assert.Equal("65568 bytes with headers; a segment takes 61440 (SegmentBytes)", result.Reason);
        Assert.Equal(0UL, log.DurableSequence);
    }

    [Fact]
    public async Task A_group_gets_consecutive_sequences_and_one_flush()
    {
        await using var log = _disk.OpenLog();
        await log.AppendTextAsync("before");
        var flushes = _disk.Faults.Flushes;
        var result = await log.AppendAsync(["a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray()]);
        Assert.Equal(new AppendResult(AppendOutcome.Appended, 2), result);
        Assert.Equal(1, _disk.Faults.Flushes - flushes);
        Assert.Equal(["before", "a", "b", "c"], log.ReadTexts());
    }

    [Fact]
    public async Task A_reader_can_begin_anywhere()
    {
        await using var log = _disk.OpenLog();
        for (var number = 1; number <= 300; number++)
        {
            await log.AppendOrThrowAsync(Encoding.UTF8.GetBytes(number.ToString("D4", null).PadRight(1000, '.')));
        }
        foreach (var from in new ulong[] { 1, 59, 60, 61, 150, 300 })
        {
            var (records, gaps) = log.ReadAll(from);
            Assert.Empty(gaps);
            Assert.Equal(Enumerable.Range((int)from, 301 - (int)from), records.Select(record => (int)record.Sequence));
        }
        Assert.Empty(log.ReadAll(301).Records);
    }

    [Fact]
    public async Task A_waiting_reader_gets_the_record_that_comes()
    {
        await using var log = _disk.OpenLog();
        var reader = log.OpenReader(1);
        var read = reader.ReadAsync(CancellationToken.None).AsTask();
        Assert.False(read.IsCompleted);
        await log.AppendTextAsync("now");
        var batch = await read;
        Assert.Equal("now", Encoding.UTF8.GetString(Assert.Single(batch.Entries).Content.Span));
        Assert.Equal(2UL, reader.NextSequence);
    }

    [Fact]
    public async Task A_waiting_reader_learns_that_the_log_was_closed()
    {
        var log = _disk.OpenLog();
        var read = log.OpenReader(1).ReadAsync(CancellationToken.None).AsTask();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => read);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.AppendTextAsync("late"));
    }

    [Fact]
    public async Task A_cancelled_append_is_not_stored()
    {
        await using var log = _disk.OpenLog();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await log.AppendAsync(new byte[1], cancellationToken: new CancellationToken(canceled: true)));
        Assert.Equal(0UL, log.DurableSequence);
    }

    [Fact]
    public async Task A_directory_has_one_owner_until_it_is_closed()
    {
        var log = _disk.OpenLog();
        var refused = Assert.Throws<DirectoryLockedException>(() => _disk.OpenLog());
        Assert.Contains(Environment.ProcessId.ToString(null, null), refused.Message, StringComparison.Ordinal);
        await log.DisposeAsync();
        await _disk.OpenLog().DisposeAsync();
    }

    [Fact]
    public async Task Restarts_without_records_need_no_more_files()
    {
        for (var restart = 0; restart < 20; restart++)
        {
            await using var log = _disk.OpenLog();
        }
        Assert.Empty(_disk.ListFiles(LogTestExtensions.Directory));
    }

    [Fact]
    public async Task Many_restarts_with_few_records_each_take_little_room_and_lose_nothing()
    {
        for (var restart = 0; restart < 200; restart++)
        {
            await using var log = _disk.OpenLog();
            await log.AppendOrThrowAsync(new byte[100]);
            log.TrimBefore(log.DurableSequence);
        }
        await using var last = _disk.OpenLog();
        Assert.Equal(200UL, last.DurableSequence);
        Assert.InRange(_disk.ListFiles(LogTestExtensions.Directory).Count, 1, 12);
    }

    [Fact]
    public async Task A_restart_gives_back_the_room_behind_the_last_record()
    {
        for (ulong restart = 1; restart <= 30; restart++)
        {
            await using var log = _disk.OpenLog();
            await log.AppendOrThrowAsync(new byte[100]);
            Assert.InRange(log.BytesUsed, 1, (long)restart * 4300);
        }
        await using var last = _disk.OpenLog();
        Assert.Equal(30, last.ReadAll().Records.Count);
    }

    [Fact]
    public async Task What_a_killed_process_left_in_the_systems_memory_is_flushed_before_it_counts()
    {
        var log = _disk.OpenLog();
        await log.AppendTextAsync("acknowledged");
        // The write is done, and the process ends in the flush.
        _disk.Faults.PowerLossAfterOperations = 1;
        Assert.Equal(AppendOutcome.Failed, (await log.AppendTextAsync("written")).Outcome);
        var afterKill = _disk.Kill();
        Assert.Equal(["acknowledged", "written"], afterKill.OpenLog().ReadTexts());
        await using var afterPowerLoss = afterKill.Crash().OpenLog();
        Assert.Equal(["acknowledged", "written"], afterPowerLoss.ReadTexts());
    }

    [Fact]
    public async Task Segments_of_two_logs_in_one_directory_are_refused()
    {
        await using (var log = _disk.OpenLog())
        {
            await log.AppendTextAsync("mine");
        }
        using (var foreign = _disk.Open(LogTestExtensions.Directory + "/0000000000000099.segment", DiskOpenMode.New))
        {
            new SegmentHeader(Incarnation: 5, Generation: 99, FirstSequence: 1).Write(foreign);
        }
        var refused = Assert.Throws<LogFormatException>(() => _disk.OpenLog());
        Assert.Contains("0000000000000099.segment", refused.Message, StringComparison.Ordinal);
        Assert.Contains("two logs", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => _disk.OpenLog(LogTestExtensions.SmallOptions with { CapacityBytes = 1000 }));
        Assert.Equal("CapacityBytes", refused.ParamName);
    }
}
