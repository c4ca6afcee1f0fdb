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
        // The tokens of four blocks, and nothing else, for what is nowhere.
        Assert.Equal(4, absent);
        Assert.True(_disk.Faults.Operations - before > absent, "a hit reads the columns of its block");
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
