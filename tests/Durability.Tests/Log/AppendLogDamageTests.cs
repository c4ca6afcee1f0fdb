using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

public sealed class AppendLogDamageTests
{
    private const string FirstSegment = LogTestExtensions.Directory + "/0000000000000001.segment";

    private readonly SimulatedDisk _disk = new(seed: 3);

    [Fact]
    public async Task A_damaged_record_is_reported_with_its_place_and_the_others_are_read()
    {
        await using var log = _disk.OpenLog();
        await AppendNumbersAsync(log, 1, 9);
        _disk.FlipBit(FirstSegment, PositionOf(5) + RecordFormat.HeaderBytes);
        var (records, gaps) = log.ReadAll();
        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9], records.Select(record => (int)record.Sequence));
        Assert.Equal(new LogGap(LogGapReason.Damaged, 5, 5, FirstSegment, PositionOf(5)), Assert.Single(gaps));
    }

    [Fact]
    public async Task Damage_of_acknowledged_records_is_not_taken_for_a_torn_tail_when_the_log_is_opened()
    {
        await using (var log = _disk.OpenLog())
        {
            await AppendNumbersAsync(log, 1, 9);
        }
        _disk.FlipBit(FirstSegment, PositionOf(5) + 3);
        await using var reopened = _disk.OpenLog();
        Assert.Equal(9UL, reopened.DurableSequence);
        Assert.Equal((5UL, 5UL), reopened.ReadAll().Gaps.Select(gap => (gap.FirstSequence, gap.LastSequence)).Single());
    }

    [Fact]
    public async Task A_reader_that_begins_behind_the_damage_is_not_bothered_by_it()
    {
        await using var log = _disk.OpenLog();
        await AppendNumbersAsync(log, 1, 9);
        _disk.FlipBit(FirstSegment, PositionOf(5));
        var (records, gaps) = log.ReadAll(from: 7);
        Assert.Empty(gaps);
        Assert.Equal([7, 8, 9], records.Select(record => (int)record.Sequence));
    }

    [Fact]
    public async Task Damage_up_to_the_end_of_a_segment_is_reported_up_to_where_the_next_one_begins()
    {
        await using var log = _disk.OpenLog();
        for (var number = 1; number <= 100; number++)
        {
            await log.AppendOrThrowAsync(new byte[2000]);
        }
        var inFirst = log.Segments[1].FirstSequence - 1;
        for (var record = inFirst - 2; record <= inFirst; record++)
        {
            _disk.FlipBit(FirstSegment, SegmentHeader.Bytes + ((long)(record - 1) * RecordFormat.StoredBytes(2000)));
        }
        var (records, gaps) = log.ReadAll();
        Assert.Equal((inFirst - 2, inFirst), gaps.Select(gap => (gap.FirstSequence, gap.LastSequence)).Single());
        Assert.Equal(97, records.Count);
    }

    [Fact]
    public async Task One_damaged_copy_of_a_segment_header_costs_nothing()
    {
        await using (var log = _disk.OpenLog())
        {
            await AppendNumbersAsync(log, 1, 9);
        }
        _disk.FlipBit(FirstSegment, 20);
        await using var reopened = _disk.OpenLog();
        Assert.Equal(9, reopened.ReadAll().Records.Count);
    }

    [Fact]
    public async Task A_segment_without_a_readable_header_is_set_aside_and_its_records_are_reported()
    {
        ulong lastOfFirst;
        ulong lastOfSecond;
        await using (var log = _disk.OpenLog())
        {
            for (var number = 1; number <= 100; number++)
            {
                await log.AppendOrThrowAsync(new byte[2000]);
            }
            lastOfFirst = log.Segments[1].FirstSequence - 1;
            lastOfSecond = log.Segments[2].FirstSequence - 1;
        }
        var second = LogTestExtensions.Directory + "/0000000000000002.segment";
        _disk.FlipBit(second, 20);
        _disk.FlipBit(second, 2048 + 20);
        await using var reopened = _disk.OpenLog();
        Assert.Equal([second + ".damaged"], reopened.SetAsideFiles);
        Assert.True(_disk.FileExists(second + ".damaged"));
        var gap = Assert.Single(reopened.ReadAll().Gaps);
        Assert.Equal((LogGapReason.Damaged, lastOfFirst + 1, lastOfSecond), (gap.Reason, gap.FirstSequence, gap.LastSequence));
    }

    [Fact]
    public async Task A_newer_format_is_refused_and_left_alone()
    {
        await using (var log = _disk.OpenLog())
        {
            await log.AppendTextAsync("from the future");
        }
        using (var file = _disk.Open(FirstSegment, DiskOpenMode.Existing))
        {
            var header = new byte[44];
            file.Read(0, header);
            header[8] = 2;
            BitConverter.GetBytes(Crc32C.Compute(header.AsSpan(0, 40))).CopyTo(header, 40);
            file.Write(0, header);
        }
        var refused = Assert.Throws<LogFormatException>(() => _disk.OpenLog());
        Assert.Contains("format version 2; this program knows up to 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_read_is_told_and_can_be_repeated()
    {
        await using var log = _disk.OpenLog();
        await AppendNumbersAsync(log, 1, 3);
        var reader = log.OpenReader(1);
        _disk.Faults.FailingReads = 1;
        Assert.Throws<IOException>(() => reader.TryRead(out _));
        Assert.True(reader.TryRead(out var batch));
        Assert.Equal(3, batch.Entries.Count);
    }

    [Fact]
    public void Any_flipped_bit_is_noticed_and_costs_at_most_the_record_it_is_in() =>
        Prop.ForAll(Gen.Choose(0, (9 * 1040 * 8) - 1).ToArbitrary(), bit =>
        {
            var disk = new SimulatedDisk(bit);
            var log = disk.OpenLog();
            for (var number = 0; number < 9; number++)
            {
                var content = new byte[1001];
                Array.Fill(content, (byte)('a' + number));
                Assert.True(log.AppendAsync(content).AsTask().GetAwaiter().GetResult().IsAppended);
            }
            disk.FlipBit(FirstSegment, SegmentHeader.Bytes + (bit / 8), bit % 8);
            var (records, gaps) = log.ReadAll();
            // The last bytes of a record are padding, which nobody reads.
            var hit = bit / 8 % 1040 < 1033 ? 1 : 0;
            return gaps.Count == hit && records.Count == 9 - hit
                && records.TrueForAll(record => record.Content.AsSpan().IndexOfAnyExcept((byte)('a' + (int)record.Sequence - 1)) < 0);
        }).QuickCheckThrowOnFailure();

    private static long PositionOf(int number) => SegmentHeader.Bytes + ((number - 1) * RecordFormat.StoredBytes(8));

    private static async Task AppendNumbersAsync(AppendLog log, int from, int to)
    {
        for (var number = from; number <= to; number++)
        {
            await log.AppendOrThrowAsync(Encoding.UTF8.GetBytes(number.ToString("D8", null)));
        }
    }
}
