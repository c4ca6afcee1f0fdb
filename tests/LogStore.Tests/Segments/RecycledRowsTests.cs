using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.LogStore.Segments;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.LogStore.Tests.Segments;

/// <summary>The room of flushed rows is filled again: never under a search that still reads them, and always else.</summary>
public sealed class RecycledRowsTests
{
    private static readonly LogSearch s_everything = new(Frames.AllTime, [], [], NewestFirst: false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Slow_searches_read_the_rows_of_their_beginning_however_often_memory_is_flushed_and_filled(int seed)
    {
        var random = new Random(seed);
        await using var store = Open(seed);
        var appended = new List<Row>();
        var searches = new List<SlowSearch>();
        for (ulong step = 1; step <= 400; step++)
        {
            switch (random.Next(10))
            {
                case 0 or 1:
                    await store.FlushAsync(Token);
                    break;
                case 2 when searches.Count < 4:
                    searches.Add(await SlowSearch.BeginAsync(store, appended));
                    break;
                case 3 when searches.Count > 0:
                    var given = searches[random.Next(searches.Count)];
                    searches.Remove(given);
                    await given.DisposeAsync();
                    break;
                case 4 or 5 or 6 when searches.Count > 0:
                    await searches[random.Next(searches.Count)].ReadAsync(random.Next(1, 60));
                    break;
                case 7:
                    var counted = await store.CountAsync(new LogCountQuery(Frames.AllTime, [], [], 60 * Frames.Second), Token);
                    Assert.Equal(appended.Count, counted.Counts.Sum(static count => count.Count));
                    break;
                default:
                    var rows = NextRows(random, appended.Count);
                    appended.AddRange(rows);
                    await store.AppendAsync([Frames.Of(step, rows)], Token);
                    break;
            }
        }
        foreach (var search in searches)
        {
            await search.ReadAsync(int.MaxValue);
            await search.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rows_of_a_flush_that_nobody_reads_leave_their_room_to_later_ones()
    {
        await using var store = Open(seed: 7);
        var body = new string('x', 100_000);
        var allocated = new List<long>();
        for (ulong sequence = 1; sequence <= 4; sequence++)
        {
            var frame = Frames.Of(sequence, [.. Enumerable.Range(0, 20).Select(_ => new Row(body))]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Empty((await store.AppendAsync([frame], Token)).Refused);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
            await store.FlushAsync(Token);
        }
        // The first two heads find no room yet: one is written to while the other is flushed.
        Assert.All(allocated.Take(2), static bytes => Assert.InRange(bytes, 2_000_000, long.MaxValue));
        Assert.All(allocated.Skip(2), static bytes => Assert.InRange(bytes, 0, 200_000));
    }

    private static SegmentLogStore Open(int seed) => SegmentLogStore.Open(
        new SimulatedDisk(seed), new SegmentStoreOptions { Directory = "/logs" }, new ManualTime(DateTimeOffset.UnixEpoch), NullLogger<SegmentLogStore>.Instance);

    /// <summary>Rows whose every part tells their number, with times in another order than that of receipt: blocks and heads are then read side by side.</summary>
    private static Row[] NextRows(Random random, int first) =>
        [.. Enumerable.Range(first, random.Next(1, 150)).Select(number => new Row(Text(number), Frames.Noon + (number * 7_919L % 100_003 * Frames.Second), 1 + (number % 24))
        {
            Stream = [("environment", "prod"), ("service_name", $"service-{number % 3}")],
            Attributes = [("number", (long)number), ($"name-{number % 5}", Text(number / 2))],
            TraceId = Identity(number, 16),
            SpanId = number % 2 == 0 ? Identity(number, 8) : [],
        })];

    private static string Text(int number) => string.Concat(Enumerable.Repeat(number.ToString(CultureInfo.InvariantCulture), 1 + (number % 7)));

    private static byte[] Identity(int number, int bytes) => [.. BitConverter.GetBytes(number), .. new byte[bytes - sizeof(int)]];

    /// <summary>A search that is read now and then, held to what was appended before it began.</summary>
    private sealed class SlowSearch : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<LogRecord> _records;
        private readonly Queue<string> _expected;

        private SlowSearch(SegmentLogStore store, IEnumerable<Row> rows)
        {
            _records = store.SearchAsync(s_everything, Token).GetAsyncEnumerator(Token);
            _expected = new Queue<string>(rows.OrderBy(static row => row.Time).Select(static row => TextOf(row)));
        }

        /// <summary>A search begins with its first record.</summary>
        public static async Task<SlowSearch> BeginAsync(SegmentLogStore store, IEnumerable<Row> rows)
        {
            var search = new SlowSearch(store, rows);
            await search.ReadAsync(1);
            return search;
        }

        public async Task ReadAsync(int count)
        {
            for (; count > 0 && await _records.MoveNextAsync(); count--)
            {
                Assert.Equal(_expected.Dequeue(), TextOf(_records.Current));
            }
            Assert.True(count == 0 || _expected.Count == 0, $"the search ended {_expected.Count} records too soon");
        }

        public ValueTask DisposeAsync() => _records.DisposeAsync();

        private static string TextOf(Row row) => string.Join(' ',
            [row.Time, row.Severity, row.Body, row.Stream[1].Value, .. row.Attributes.Select(static pair => $"{pair.Name}={pair.Value}"), Hex(row.TraceId), Hex(row.SpanId)]);

        private static string TextOf(LogRecord record) => string.Join(' ',
            [record.TimeUnixNanoseconds, record.SeverityNumber, record.Body, record.Stream["service_name"], .. record.Attributes.Select(static pair => $"{pair.Name}={pair.Value}"), record.TraceId, record.SpanId]);

        private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
    }
}
