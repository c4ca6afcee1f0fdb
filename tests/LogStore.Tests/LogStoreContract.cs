using Observability.Telemetry;

namespace Observability.LogStore.Tests;

/// <summary>What every log store must do. An implementation derives from it; one that does not, does not merge.</summary>
public abstract partial class LogStoreContract
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A store over this test's own data; called again after the store before was disposed, it is the same store restarted.</summary>
    protected abstract Task<ILogStore> OpenAsync();

    /// <summary>Brings what was appended to where it is kept for long, so that searches do not only see what is in memory.</summary>
    private protected abstract Task SettleAsync(ILogStore store);

    [Fact]
    public async Task A_record_is_found_as_it_was_sent()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync(
            [
                Frames.Of(1, new Row("loaded 12 rows", Frames.Noon + 5, Severity: 17)
                {
                    Stream = [("environment", "prod"), ("service_name", "orders"), ("team", "data")],
                    ResourceAttributes = [("host.name", "worker-1")],
                    Attributes = [("text", "välue"), ("integer", -12L), ("double", 0.25), ("boolean", true), ("empty", "")],
                    TraceId = [.. Enumerable.Range(1, 16).Select(value => (byte)value)],
                    SpanId = [.. Enumerable.Range(0xF1, 8).Select(value => (byte)value)],
                }),
            ],
            Token);
        await SettleAsync(store);

        var record = Assert.Single(await SearchAsync(store, ""));
        Assert.Equal("loaded 12 rows", record.Body);
        Assert.Equal((Frames.Noon + 5, Frames.Noon, 17), (record.TimeUnixNanoseconds, record.ReceivedUnixNanoseconds, record.SeverityNumber));
        Assert.Equal(LabelSet.Of(("environment", "prod"), ("service_name", "orders"), ("team", "data"), ("level", "error")), record.Stream);
        Assert.Equal(("0102030405060708090a0b0c0d0e0f10", "f1f2f3f4f5f6f7f8"), (record.TraceId, record.SpanId));
        Assert.Equal(
            ["boolean=true", "double=0.25", "empty=", "host.name=worker-1", "integer=-12", "text=välue"],
            record.Attributes.Select(attribute => $"{attribute.Name}={attribute.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Newest_comes_first_unless_the_search_asks_for_the_oldest()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 3))], Token);
        Assert.Equal(["line 3", "line 2", "line 1"], await BodiesAsync(store, Everything));
        Assert.Equal(["line 1", "line 2", "line 3"], await BodiesAsync(store, Everything with { NewestFirst = false }));
    }

    [Fact]
    public async Task Records_of_one_trace_are_found_by_its_identity()
    {
        static byte[] Trace(byte first) => [first, .. new byte[15]];
        await using var store = await OpenAsync();
        await store.AppendAsync(
            [
                Frames.Of(1,
                    new Row("a", Frames.Noon + 1) { TraceId = Trace(1), SpanId = [1, 0, 0, 0, 0, 0, 0, 1] },
                    new Row("no trace", Frames.Noon + 2),
                    // Bytes of two identities that stand side by side are none.
                    new Row("b", Frames.Noon + 3) { TraceId = [.. new byte[15], 2], SpanId = [.. new byte[8]] },
                    new Row("c", Frames.Noon + 4) { TraceId = Trace(1) }),
            ],
            Token);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(["c", "a"], await BodiesAsync(store, Everything with { TraceId = Convert.ToHexStringLower(Trace(1)) }));
            Assert.Equal(["b"], await BodiesAsync(store, Everything with { TraceId = "00000000000000000000000000000002" }));
            Assert.Empty(await BodiesAsync(store, Everything with { TraceId = "02000000000000000000000000000000" }));
            await SettleAsync(store);
        }
    }

    [Fact]
    public async Task Records_of_one_time_keep_the_order_of_receipt()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, new Row("a"), new Row("b"))], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, new Row("c")), Frames.Of(3, new Row("d"), new Row("e"))], Token);
        Assert.Equal(["a", "b", "c", "d", "e"], await BodiesAsync(store, Everything with { NewestFirst = false }));
        Assert.Equal(["e", "d", "c", "b", "a"], await BodiesAsync(store, Everything));
    }

    [Fact]
    public async Task Late_and_shuffled_records_stand_where_their_time_puts_them()
    {
        await using var store = await OpenAsync();
        var rows = Frames.Lines(1, 60);
        new Random(7).Shuffle(rows);
        for (var frame = 0; frame < 6; frame++)
        {
            await store.AppendAsync([Frames.Of((ulong)frame + 1, rows.AsSpan(frame * 10, 10))], Token);
            if (frame % 2 == 0)
            {
                await SettleAsync(store);
            }
        }
        Assert.Equal(Enumerable.Range(1, 60).Select(number => $"line {number}"), await BodiesAsync(store, Everything with { NewestFirst = false }));
        Assert.Equal(Enumerable.Range(1, 60).Reverse().Select(number => $"line {number}"), await BodiesAsync(store, Everything));
    }

    [Fact]
    public async Task A_range_holds_its_start_and_not_its_end()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 9))], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, Frames.Lines(3, 1))], Token);
        var range = new LogRange(Frames.Noon + (3 * Frames.Second), Frames.Noon + (5 * Frames.Second));
        Assert.Equal(["line 3", "line 3", "line 4"], await BodiesAsync(store, Everything with { Range = range, NewestFirst = false }));
        Assert.Empty(await BodiesAsync(store, Everything with { Range = range with { EndNanoseconds = range.StartNanoseconds } }));
    }

    [Fact]
    public async Task Times_differ_by_single_nanoseconds()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, new Row("later", Frames.Noon + 2), new Row("earlier", Frames.Noon + 1))], Token);
        await SettleAsync(store);
        Assert.Equal(["earlier", "later"], await BodiesAsync(store, Everything with { NewestFirst = false }));
        Assert.Equal(["later"], await BodiesAsync(store, Everything with { Range = new LogRange(Frames.Noon + 2, Frames.Noon + 3) }));
    }

    [Fact]
    public async Task A_limit_stops_the_search()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 20))], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, Frames.Lines(21, 20))], Token);
        Assert.Equal(["line 40", "line 39", "line 38"], await BodiesAsync(store, Everything with { Limit = 3 }));
        Assert.Equal(["line 1", "line 2"], await BodiesAsync(store, Everything with { Limit = 2, NewestFirst = false }));
        Assert.Empty(await BodiesAsync(store, Everything with { Limit = 0 }));
    }

    [Fact]
    public async Task A_caller_may_stop_in_the_middle()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(1, 20))], Token);
        await SettleAsync(store);
        await foreach (var record in store.SearchAsync(Everything, Token))
        {
            Assert.Equal("line 20", record.Body);
            break;
        }
    }

    [Fact]
    public async Task A_frame_that_comes_again_changes_nothing()
    {
        await using var store = await OpenAsync();
        var frame = Frames.Of(1, Frames.Lines(1, 2));
        await store.AppendAsync([frame, frame], Token);
        await store.AppendAsync([frame], Token);
        await SettleAsync(store);
        await store.AppendAsync([frame, Frames.Of(2, Frames.Lines(3, 1))], Token);
        Assert.Equal(["line 3", "line 2", "line 1"], await BodiesAsync(store, Everything));
    }

    [Fact]
    public async Task A_frame_that_comes_again_after_a_restart_changes_nothing()
    {
        NamedFrame[] frames = [Frames.Of(1, Frames.Lines(1, 2)), Frames.Of(3, Frames.Lines(3, 1)), Frames.Of(77, 1, Frames.Lines(4, 1))];
        await using (var store = await OpenAsync())
        {
            var appended = await store.AppendAsync(frames, Token);
            await SettleAsync(store);
            await appended.Durable.WaitAsync(Token);
        }
        await using var restarted = await OpenAsync();
        await restarted.AppendAsync([.. frames, Frames.Of(2, Frames.Lines(5, 1))], Token);
        Assert.Equal(["line 5", "line 4", "line 3", "line 2", "line 1"], await BodiesAsync(restarted, Everything));
    }

    [Fact]
    public async Task A_frame_without_log_rows_is_taken()
    {
        await using var store = await OpenAsync();
        var result = await store.AppendAsync([Frames.Of(1), Frames.Of(2)], Token);
        Assert.Empty(result.Refused);
        await result.Durable.WaitAsync(Token);
        Assert.Empty(await BodiesAsync(store, Everything));
    }

    [Fact]
    public async Task A_buffer_may_be_used_again_once_the_append_is_done()
    {
        await using var store = await OpenAsync();
        var bytes = Frames.Of(1, new Row("first")).Bytes.ToArray();
        await store.AppendAsync([new NamedFrame(new FrameName(1, 1), bytes)], Token);
        bytes.AsSpan().Fill((byte)'x');
        Assert.Equal(["first"], await BodiesAsync(store, Everything));
        await SettleAsync(store);
        Assert.Equal(["first"], await BodiesAsync(store, Everything));
    }

    [Fact]
    public async Task Bytes_that_are_no_frame_are_refused_each_time_and_the_others_kept()
    {
        await using var store = await OpenAsync();
        NamedFrame[] frames = [new(new FrameName(1, 1), new byte[100]), Frames.Of(2, Frames.Lines(1, 1))];
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = Assert.Single((await store.AppendAsync(frames, Token)).Refused);
            Assert.Equal((new FrameName(1, 1), 0), (refused.Name, refused.Row));
            Assert.NotEmpty(refused.Reason);
        }
        Assert.Equal(["line 1"], await BodiesAsync(store, Everything));
    }

    private protected static LogSearch Everything { get; } = new(Frames.AllTime, [], []);

    private protected static async Task<List<string>> BodiesAsync(ILogStore store, LogSearch search) =>
        [.. (await RecordsAsync(store, search)).Select(record => record.Body)];

    private protected static async Task<List<LogRecord>> RecordsAsync(ILogStore store, LogSearch search)
    {
        var records = new List<LogRecord>();
        await foreach (var record in store.SearchAsync(search, Token))
        {
            records.Add(record);
        }
        return records;
    }

    private static Task<List<LogRecord>> SearchAsync(ILogStore store, string text) => RecordsAsync(store, Everything with { Lines = [new LineFilter(text)] });
}
