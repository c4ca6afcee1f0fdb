using Microsoft.Extensions.Logging;
using Observability.LogStore.Segments;
using Observability.LogStore.Segments.Files;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.LogStore.Tests.Segments;

/// <summary>What only the embedded store does: flushing, damage, retention, merging.</summary>
public sealed class SegmentStoreTests
{
    private readonly SimulatedDisk _disk = new(seed: 3);
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(Frames.Noon / Frames.Second));
    private readonly LogLines _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_are_durable_with_the_next_flush_and_not_before()
    {
        await using var store = Open();
        var result = await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
        Assert.False(result.Durable.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        await result.Durable.WaitAsync(TimeSpan.FromSeconds(20), Token);
        var repeated = await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
        Assert.True(repeated.Durable.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_repeat_of_a_frame_in_memory_is_not_durable_before_the_frame_is()
    {
        await using var store = Open();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
        var repeated = await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
        Assert.False(repeated.Durable.IsCompleted);
        await store.FlushAsync(Token);
        await repeated.Durable.WaitAsync(Token);
    }

    [Fact]
    public async Task A_flush_that_fails_keeps_the_rows_and_the_next_one_writes_them()
    {
        await using var store = Open();
        var result = await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 2))], Token);
        _disk.Faults.FailingFlushes = 1;
        await Assert.ThrowsAsync<IOException>(() => store.FlushAsync(Token));
        Assert.False(result.Durable.IsCompleted);
        Assert.Equal(2, (await BodiesAsync(store)).Count);
        await store.AppendAsync([Frames.Of(2, Frames.Lines(3, 1))], Token);
        await store.FlushAsync(Token);
        await result.Durable.WaitAsync(Token);
        Assert.Equal(["line 1", "line 2", "line 3"], await BodiesAsync(store));
        Assert.Contains(_log.Texts, text => text.Contains("stay in memory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_closes_on_a_broken_disk_tells_who_waits()
    {
        var store = Open();
        var result = await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
        _disk.Faults.FailingWrites = 1000;
        await store.DisposeAsync();
        Assert.Contains("send the frames again", (await Assert.ThrowsAsync<IOException>(() => result.Durable)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_stops_the_sender_before_memory_is_full()
    {
        await using var store = Open(new SegmentStoreOptions { Directory = "/logs", FlushBytes = 64 * 1024 });
        _disk.Faults.CapacityBytes = 10_000;
        var random = new Random(4);
        var fault = await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (ulong sequence = 1; sequence < 1000; sequence++)
            {
                await store.AppendAsync([Frames.Of(sequence, new Row(random.GetHexString(4000)))], Token);
            }
        });
        Assert.Contains("no room", fault.Message, StringComparison.Ordinal);
        Assert.InRange((await BodiesAsync(store)).Count, 16, 40);
        _disk.Faults.CapacityBytes = long.MaxValue;
        await store.FlushAsync(Token);
    }

    [Fact]
    public async Task A_damaged_block_is_left_out_with_one_log_line_and_the_rest_is_read()
    {
        await using var store = Open();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, SegmentWriter.RowsPerBlock + 5))], Token);
        await store.FlushAsync(Token);
        _disk.FlipBit(SegmentPath(), SegmentHeader.Bytes + 50);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal(Enumerable.Range(SegmentWriter.RowsPerBlock + 1, 5).Select(number => $"line {number}"), await BodiesAsync(store));
        }
        Assert.Single(_log.Texts);
    }

    [Fact]
    public async Task A_segment_with_a_damaged_header_is_set_aside_and_its_number_not_used_again()
    {
        await using (var store = Open())
        {
            await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
            await store.FlushAsync(Token);
            await store.AppendAsync([Frames.Of(2, Frames.Lines(2, 1))], Token);
        }
        var newest = Path.Combine("/logs", _disk.ListFiles("/logs")[^1]);
        _disk.FlipBit(newest, 30);
        await using (var store = Open())
        {
            Assert.Equal(["line 1"], await BodiesAsync(store));
            await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1)), Frames.Of(2, Frames.Lines(2, 1))], Token);
            Assert.Equal(["line 1", "line 2"], await BodiesAsync(store));
        }
        Assert.True(_disk.FileExists(newest + ".damaged"));
        Assert.Contains(_log.Texts, text => text.Contains(newest + ".damaged", StringComparison.Ordinal));
        Assert.Equal(3, _disk.ListFiles("/logs").Count);
    }

    [Fact]
    public async Task Segments_past_their_retention_are_deleted_and_their_frames_stay_known()
    {
        await using (var store = Open())
        {
            await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
            await store.FlushAsync(Token);
            _time.Advance(TimeSpan.FromDays(29));
            await store.TidyAsync(Token);
            Assert.Single(await BodiesAsync(store));
            _time.Advance(TimeSpan.FromDays(2));
            await store.TidyAsync(Token);
            Assert.Empty(await BodiesAsync(store));
        }
        await using var restarted = Open();
        await restarted.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
        Assert.Empty(await BodiesAsync(restarted));
    }

    [Fact]
    public async Task Small_neighbours_become_one_file_and_a_search_that_began_before_goes_on()
    {
        await using var store = Open();
        for (var frame = 0; frame < 8; frame++)
        {
            await store.AppendAsync([Frames.Of((ulong)frame + 1, Frames.Lines(frame * 2, 2))], Token);
            await store.FlushAsync(Token);
        }
        Assert.Equal(8, _disk.ListFiles("/logs").Count);
        await using var early = store.SearchAsync(new LogSearch(Frames.AllTime, [], []), Token).GetAsyncEnumerator(Token);
        Assert.True(await early.MoveNextAsync());
        await store.TidyAsync(Token);
        Assert.Single(_disk.ListFiles("/logs"));
        var left = 0;
        while (await early.MoveNextAsync())
        {
            left++;
        }
        Assert.Equal(15, left);
        Assert.Equal(Enumerable.Range(0, 16).Select(number => $"line {number}"), await BodiesAsync(store));
    }

    [Fact]
    public async Task Each_environment_has_its_own_retention()
    {
        var options = new SegmentStoreOptions
        {
            Directory = "/logs",
            EnvironmentRetention = new Dictionary<string, TimeSpan>(StringComparer.Ordinal) { ["pr-*"] = TimeSpan.FromDays(2), ["pr-7"] = TimeSpan.FromDays(9), ["local"] = TimeSpan.FromHours(1) },
        };
        await using var store = Open(options);
        string[] environments = ["prod", "pr-6", "pr-7", "local"];
        await store.AppendAsync([Frames.Of(1, [.. environments.Select(name => new Row(name) { Stream = [("environment", name)] })])], Token);
        await store.FlushAsync(Token);
        foreach (var (daysOn, left) in new[] { (0, "prod pr-6 pr-7 local"), (1, "prod pr-6 pr-7"), (2, "prod pr-7"), (7, "prod"), (21, "") })
        {
            _time.Advance(TimeSpan.FromDays(daysOn));
            await store.TidyAsync(Token);
            Assert.Equal(left, string.Join(' ', await BodiesAsync(store)));
        }
    }

    [Fact]
    public async Task A_store_that_is_too_large_loses_its_oldest_segments_and_never_the_newest()
    {
        await using var store = Open(new SegmentStoreOptions { Directory = "/logs", MaximalBytes = 40_000 });
        var random = new Random(4);
        for (var frame = 1; frame <= 5; frame++)
        {
            await store.AppendAsync([Frames.Of((ulong)frame, new Row($"{frame} {random.GetHexString(9000)}", Frames.Noon + frame))], Token);
            await store.FlushAsync(Token);
            await store.TidyAsync(Token);
        }
        Assert.Equal(["4", "5"], (await BodiesAsync(store)).Select(body => body[..1]));
    }

    [Fact]
    public async Task Segments_a_day_old_are_packed_closer_and_read_the_same()
    {
        await using var store = Open();
        Row[] rows = [.. Enumerable.Range(0, 3000).Select(number => new Row($"Loaded {number * 7919 % 1000} rows into analytics.fact_{number % 17}", Frames.Noon + number)
        {
            Attributes = [("task", $"load_{number % 9}"), ("rows", (long)number), ("rare" + (number % 500), "x"), ("task", "a second of its name")],
        })];
        await store.AppendAsync([Frames.Of(1, rows)], Token);
        await store.FlushAsync(Token);
        var young = await RecordsAsync(store);
        var bytes = FileBytes();
        _time.Advance(TimeSpan.FromHours(25));
        await store.TidyAsync(Token);
        Assert.InRange(FileBytes(), 1, bytes * 9 / 10);
        var old = await RecordsAsync(store);
        Assert.Equal(young.Select(Text), old.Select(Text));
        Assert.Equal(rows.Select(row => row.Attributes.Length), old.Select(record => record.Attributes.Count));
        Assert.Equal("load_4", old[4].Attributes.First(attribute => attribute.Name == "task").Value);

        static string Text(LogRecord record) => $"{record} {string.Join(',', record.Attributes)}";
    }

    [Fact]
    public async Task A_promised_deletion_is_kept_by_searches_and_counts_while_the_disk_cannot_do_it()
    {
        await using var store = Open();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 9))], Token);
        await store.FlushAsync(Token);
        _disk.Faults.CapacityBytes = FileBytes() + 400;
        await Assert.ThrowsAnyAsync<IOException>(() => store.DeleteAsync(new LogDeletion(Frames.AllTime, [], [new LineFilter("line 5")], "ana"), Token));
        await KeepsPromiseAsync(store);
        _disk.Faults.CapacityBytes = long.MaxValue;
        Assert.True(_disk.FileExists("/logs/tombstones"));
        await store.TidyAsync(Token);
        Assert.False(_disk.FileExists("/logs/tombstones"));
        await KeepsPromiseAsync(store);

        static async Task KeepsPromiseAsync(SegmentLogStore store)
        {
            Assert.Equal(8, (await BodiesAsync(store)).Count);
            Assert.Equal(8, (await store.CountAsync(new LogCountQuery(Frames.AllTime, [], ["level"], 60 * Frames.Second), Token)).Counts.Sum(count => count.Count));
        }
    }

    [Fact]
    public async Task A_deletion_leaves_nothing_of_its_records_in_the_files()
    {
        await using var store = Open();
        await store.AppendAsync(
            [
                Frames.Of(1, new Row("keep me") { Attributes = [("kind", "kept")] },
                    new Row("password hunter2") { Stream = [("environment", "prod"), ("person", "Zaphod")], Attributes = [("kind", "Beeblebrox")], ResourceAttributes = [("home", "Betelgeuse")] }),
            ],
            Token);
        await store.FlushAsync(Token);
        await store.DeleteAsync(new LogDeletion(Frames.AllTime, [new LabelMatcher("person", MatchOperator.Equal, "Zaphod")], [], "ana"), Token);
        var bytes = new byte[FileBytes()];
        using var file = _disk.Open(SegmentPath(), Durability.DiskOpenMode.Existing);
        file.Read(0, bytes);
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        Assert.Contains("keep me", text, StringComparison.Ordinal);
        Assert.All(["hunter2", "Zaphod", "Beeblebrox", "Betelgeuse"], part => Assert.DoesNotContain(part, text, StringComparison.Ordinal));
        Assert.Contains(_log.Texts, line => line.Contains("as ana asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_newer_format_is_refused_and_not_touched()
    {
        await using (var store = Open())
        {
            await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 1))], Token);
        }
        using (var file = _disk.Open(SegmentPath(), Durability.DiskOpenMode.Existing))
        {
            var header = new byte[SegmentHeader.Bytes];
            file.Read(0, header);
            header[8]++;
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), Durability.Crc32C.Append(Durability.Crc32C.Compute(header.AsSpan(0, 12)), header.AsSpan(16)));
            file.Write(0, header);
        }
        Assert.Contains("start the newer one", Assert.Throws<Durability.LogFormatException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Single(_disk.ListFiles("/logs"));
    }

    [Fact]
    public async Task A_rare_token_opens_only_the_blocks_that_may_hold_it()
    {
        await using var store = Open();
        for (var block = 0; block < 4; block++)
        {
            await store.AppendAsync([Frames.Of((ulong)block + 1, new Row($"needle{block} in hay", Frames.Noon + block))], Token);
            await store.FlushAsync(Token);
        }
        var before = _disk.Faults.Operations;
        await BodiesAsync(store, new LineFilter("no such words at all"));
        var absent = _disk.Faults.Operations - before;
        before = _disk.Faults.Operations;
        Assert.Single(await BodiesAsync(store, new LineFilter("e2 in hay")));
        // The tokens of four blocks, and nothing else, for what is nowhere; the next search has them in memory and reads the columns of one block.
        Assert.Equal(4, absent);
        Assert.InRange(_disk.Faults.Operations - before, 1, 12);
    }

    private long FileBytes()
    {
        using var file = _disk.Open(SegmentPath(), Durability.DiskOpenMode.Existing);
        return file.Length;
    }

    private static async Task<List<LogRecord>> RecordsAsync(SegmentLogStore store)
    {
        var records = new List<LogRecord>();
        await foreach (var record in store.SearchAsync(new LogSearch(Frames.AllTime, [], [], NewestFirst: false), Token))
        {
            records.Add(record);
        }
        return records;
    }

    private SegmentLogStore Open(SegmentStoreOptions? options = null) =>
        SegmentLogStore.Open(_disk, options ?? new SegmentStoreOptions { Directory = "/logs" }, _time, _log);

    private string SegmentPath() => Path.Combine("/logs", Assert.Single(_disk.ListFiles("/logs")));

    private static async Task<List<string>> BodiesAsync(SegmentLogStore store, params LineFilter[] lines)
    {
        var bodies = new List<string>();
        await foreach (var record in store.SearchAsync(new LogSearch(Frames.AllTime, [], lines, NewestFirst: false), Token))
        {
            bodies.Add(record.Body);
        }
        return bodies;
    }

    private sealed class LogLines : ILogger<SegmentLogStore>
    {
        private readonly Lock _gate = new();
        private readonly List<string> _texts = [];

        public IReadOnlyList<string> Texts
        {
            get
            {
                lock (_gate)
                {
                    return [.. _texts];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate)
            {
                _texts.Add(formatter(state, exception));
            }
        }
    }
}
