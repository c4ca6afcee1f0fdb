using Observability.MetricStore.Tests.Head;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.MetricStore.Tests.Blocks;

public sealed class BlockLifeTests
{
    private static readonly LabelMatcher Rows = Sample.Named("rows_total");

    [Fact]
    public void What_leaves_memory_is_found_in_blocks_and_nothing_is_found_twice()
    {
        var disk = new SimulatedDisk(1);
        using var blocks = Store.Open(disk);
        using var memory = new EmbeddedMetricStore(new MetricStoreOptions(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        ulong sequence = 0, same = 0;
        for (var hour = 0; hour < 40; hour += 2)
        {
            Store.Fill(blocks, 20, Store.Start + (hour * Store.Hour), Store.Start + ((hour + 2) * Store.Hour), ref sequence);
            Store.Fill(memory, 20, Store.Start + (hour * Store.Hour), Store.Start + ((hour + 2) * Store.Hour), ref same);
            blocks.Maintain(Store.Start + ((hour + 2) * Store.Hour), sequence);
        }
        Assert.InRange(blocks.HeadSampleCount, 1, 20 * 60 * 4);
        Assert.Equal(memory.SampleCount, blocks.SampleCount);
        Assert.InRange(blocks.BlockCount, 3, 8);
        Assert.Equal(Sample.Dump(memory), Sample.Dump(blocks));
        // A range over an edge between block and memory, and matchers of every kind.
        LabelMatcher[][] questions = [[Rows], [new("task", MatchOperator.Regex, "1.")], [Rows, new("pipeline", MatchOperator.NotEqual, "p3")], [new("task", MatchOperator.Equal, "")], [new("none", MatchOperator.Equal, "x")], [new("none", MatchOperator.Equal, ""), new("task", MatchOperator.NotRegex, "[0-9]")]];
        foreach (var question in questions)
        {
            var (after, until) = (Store.Start + (Store.Hour / 3), Store.Start + (39 * Store.Hour));
            Assert.Equal(Text(memory.Select(question, after, until)), Text(blocks.Select(question, after, until)));
            Assert.Equal(memory.LabelValues("pipeline", question, after, until), blocks.LabelValues("pipeline", question, after, until));
            Assert.Equal(memory.LabelNames(question, after, until), blocks.LabelNames(question, after, until));
        }
    }

    [Fact]
    public void Packed_samples_take_few_bytes()
    {
        var disk = new SimulatedDisk(1);
        using var store = Store.Open(disk);
        ulong sequence = 0;
        Store.Fill(store, 50, Store.Start, Store.Start + (8 * Store.Hour), ref sequence);
        store.Maintain(Store.Start + (8 * Store.Hour), sequence);
        var name = Assert.Single(Store.Files(disk));
        using var file = disk.Open(Path.Combine(Store.Directory, name), Durability.DiskOpenMode.Existing);
        Assert.InRange(file.Length / (50 * 6 * 60.0), 0.5, 4);
    }

    [Fact]
    public void A_late_sample_and_a_correction_after_the_cut_have_the_word()
    {
        var disk = new SimulatedDisk(1);
        using var store = Store.Open(disk);
        ulong sequence = 0;
        Store.Fill(store, 1, Store.Start, Store.Start + (2 * Store.Hour), ref sequence);
        store.Maintain(Store.Start + (3 * Store.Hour), sequence);
        Assert.Equal(0, store.HeadSampleCount);
        var last = Store.Start + (2 * Store.Hour) - 60_000;
        store.BeginRecord(++sequence);
        store.Append([Sample.At(Store.Named(0), last, -1), Sample.At(Store.Named(0), last - 30_000, -2)], MetricKind.Counter, last);
        Assert.Equal([-2.0, -1.0], store.Select([Rows], last - 40_000, last)[0].Values.ToArray());
        store.Maintain(Store.Start + (5 * Store.Hour), sequence);
        Assert.Equal((2, 0L), (store.BlockCount, store.HeadSampleCount));
        Assert.Equal([-2.0, -1.0], store.Select([Rows], last - 40_000, last)[0].Values.ToArray());
        // The window is judged by what the series had, also when memory holds nothing of it any more.
        var late = store.Append([Sample.At(Store.Named(0), last - (2 * Store.Hour), 9)], MetricKind.Counter, last);
        Assert.Equal(1, late.Refused[SampleRefusal.TooOld]);
    }

    [Fact]
    public void Retention_deletes_whole_blocks()
    {
        var disk = new SimulatedDisk(1);
        using var store = Store.Open(disk, new MetricStoreOptions { Retention = TimeSpan.FromHours(10) });
        ulong sequence = 0;
        for (var hour = 0; hour < 24; hour += 2)
        {
            Store.Fill(store, 2, Store.Start + (hour * Store.Hour), Store.Start + ((hour + 2) * Store.Hour), ref sequence);
            store.Maintain(Store.Start + ((hour + 2) * Store.Hour), sequence);
        }
        var oldest = store.Select([Rows], long.MinValue, long.MaxValue)[0].Timestamps.Span[0];
        Assert.InRange(oldest, Store.Start + (1 * Store.Hour), Store.Start + (14 * Store.Hour));
        Assert.Equal(store.BlockCount, Store.Files(disk).Length);
    }

    [Fact]
    public void A_deletion_holds_at_once_in_memory_and_blocks_and_the_next_merge_does_it_on_disk()
    {
        var disk = new SimulatedDisk(1);
        using var store = Store.Open(disk);
        ulong sequence = 0;
        Store.Fill(store, 3, Store.Start, Store.Start + (4 * Store.Hour), ref sequence);
        store.Maintain(Store.Start + (4 * Store.Hour), sequence);
        store.BeginRecord(++sequence);
        var (from, until) = (Store.Start + Store.Hour, Store.Start + (3 * Store.Hour));
        Assert.True(store.CanDelete);
        store.Delete([new LabelMatcher("task", MatchOperator.Equal, "1")], from, until);
        string Left() => Text(store.Select([Rows], long.MinValue, long.MaxValue));
        var expected = Left();
        var deleted = store.Select([new LabelMatcher("task", MatchOperator.Equal, "1")], long.MinValue, long.MaxValue)[0].Timestamps.ToArray();
        Assert.Equal(240 - 121, deleted.Length);
        Assert.DoesNotContain(deleted, time => time >= from && time <= until);
        var before = store.SampleCount;
        store.Maintain(Store.Start + (4 * Store.Hour), sequence);
        Assert.Equal(expected, Left());
        Assert.Equal(60, before - store.SampleCount);
        // Samples that come afterwards are not concerned, and the name of the series is free again.
        store.BeginRecord(++sequence);
        store.Append([Sample.At(Store.Named(1), Store.Start + (4 * Store.Hour), 5)], MetricKind.Counter, Store.Start + (4 * Store.Hour));
        Assert.Equal(5, store.Select([new LabelMatcher("task", MatchOperator.Equal, "1")], until, long.MaxValue)[0].Values.Span[^1]);
    }

    [Fact]
    public async Task Deletions_while_a_block_is_being_written_hold_for_that_block_too()
    {
        // Which of them falls between capture and list is up to the machine, so every one is looked for.
        for (var round = 0; round < 10; round++)
        {
            using var store = Store.Open(new SimulatedDisk(round));
            ulong sequence = 0;
            Store.Fill(store, 20, Store.Start, Store.Start + (2 * Store.Hour), ref sequence);
            var applied = sequence;
            var writing = Task.Run(() => store.Maintain(Store.Start + (4 * Store.Hour), applied), TestContext.Current.CancellationToken);
            for (var task = 0; task < 20; task++)
            {
                store.BeginRecord(++sequence);
                store.Delete([new LabelMatcher("task", MatchOperator.Equal, task.ToString(System.Globalization.CultureInfo.InvariantCulture))], long.MinValue + 1, long.MaxValue);
            }
            await writing;
            Assert.Empty(store.Select([Rows], long.MinValue, long.MaxValue));
        }
    }

    [Fact]
    public void A_damaged_chunk_is_left_out_and_everything_else_is_found()
    {
        var disk = new SimulatedDisk(1);
        ulong sequence = 0;
        using (var store = Store.Open(disk))
        {
            Store.Fill(store, 20, Store.Start, Store.Start + (4 * Store.Hour), ref sequence);
            store.Maintain(Store.Start + (3 * Store.Hour), sequence);
        }
        disk.FlipBit(Path.Combine(Store.Directory, Store.Files(disk)[0]), 128 + 40, bit: 3);
        using var reopened = Store.Open(disk);
        var series = reopened.Select([Rows], long.MinValue, Store.Start + (2 * Store.Hour) - 1);
        Assert.Equal(20 * 120 - 120, series.Sum(found => found.Timestamps.Length));
    }

    [Fact]
    public void A_block_with_a_damaged_index_is_set_aside_and_the_others_are_found()
    {
        var disk = new SimulatedDisk(1);
        ulong sequence = 0;
        using (var store = Store.Open(disk))
        {
            Store.Fill(store, 5, Store.Start, Store.Start + (2 * Store.Hour), ref sequence);
            store.Maintain(Store.Start + (3 * Store.Hour), sequence);
            Store.Fill(store, 5, Store.Start + (2 * Store.Hour), Store.Start + (4 * Store.Hour), ref sequence);
            store.Maintain(Store.Start + (5 * Store.Hour), sequence);
        }
        var path = Path.Combine(Store.Directory, Store.Files(disk)[0]);
        using (var file = disk.Open(path, Durability.DiskOpenMode.Existing))
        {
            disk.FlipBit(path, file.Length - 5);
        }
        using var reopened = Store.Open(disk);
        Assert.Equal(5 * 120, reopened.Select([Rows], long.MinValue, long.MaxValue).Sum(found => found.Timestamps.Length));
        Assert.Contains(Store.Files(disk), name => name.EndsWith(".damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void A_full_disk_keeps_samples_in_memory_until_there_is_room()
    {
        var disk = new SimulatedDisk(1);
        using var store = Store.Open(disk);
        ulong sequence = 0;
        Store.Fill(store, 5, Store.Start, Store.Start + (3 * Store.Hour), ref sequence);
        disk.Faults.CapacityBytes = 100;
        store.Maintain(Store.Start + (3 * Store.Hour), sequence);
        Assert.Equal((0, 5 * 180L), (store.BlockCount, store.HeadSampleCount));
        Assert.Empty(Store.Files(disk));
        disk.Faults.CapacityBytes = long.MaxValue;
        store.Maintain(Store.Start + (3 * Store.Hour), sequence);
        Assert.Equal((1, 5 * 60L), (store.BlockCount, store.HeadSampleCount));
    }

    private static string Text(IEnumerable<SeriesSamples> series) =>
        string.Join('\n', series.Select(one => $"{one.Labels} {string.Join(' ', one.Timestamps.ToArray())} {string.Join(' ', one.Values.ToArray())}").Order(StringComparer.Ordinal));
}
