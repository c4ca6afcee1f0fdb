using System.Runtime.CompilerServices;
using Observability.Query.LogQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.LogStore.Tests;

/// <summary>LogQL gives the same numbers whether a store counts for it or gives out its records.</summary>
public abstract partial class LogStoreContract
{
    private const int RowsForQueries = 400;

    private static readonly string[] s_selectors =
        ["{environment=\"prod\"}", "{team=~\".+\"}", "{team=\"data\"} |= \"7\"", "{environment=\"prod\"} != \"1\" | team=\"web\"", "{environment=\"prod\"} | level=\"error\"", "{environment=\"prod\", team!=\"data\"} | shard=\"2\""];

    private static readonly string[] s_groupings = ["", "by (team)", "by (level, team)", "by (shard)", "by (team, shard, zone_id)", "by (service_name)"];

    [Fact]
    public async Task A_count_in_LogQL_is_the_same_counted_by_the_store_and_read_from_it()
    {
        await using var store = await OpenAsync();
        var random = new Random(11);
        for (var frame = 0; frame < 4; frame++)
        {
            await store.AppendAsync([Frames.Of((ulong)frame + 1, [.. Enumerable.Range(0, RowsForQueries / 4).Select(_ => AnyRow(random))])], Token);
            if (frame < 3)
            {
                await SettleAsync(store);
            }
        }
        var counting = new CountingSource(store);
        var engine = new LogQLEngine(LogQLLimits.Default);
        for (var asked = 0; asked < 60; asked++)
        {
            var selector = s_selectors[random.Next(s_selectors.Length)];
            var window = new[] { "1m", "5m", "90s", "10s", "1500ms" }[random.Next(5)];
            var operation = new[] { "count_over_time", "rate" }[random.Next(2)];
            var text = random.Next(6) == 0
                ? $"absent_over_time({selector} [{window}])"
                : $"sum {s_groupings[random.Next(s_groupings.Length)]} ({operation}({selector} [{window}]{(random.Next(3) == 0 ? " offset 1m" : "")}))";
            var start = Frames.Noon + (random.Next(2) == 0 ? 0 : random.NextInt64(Minute));
            var step = new[] { Minute, 20 * Frames.Second, 7 * Frames.Second }[random.Next(3)];
            var query = LogQLParser.Parse(text);
            var counted = await engine.QueryMetricRangeAsync(query, counting, start, start + (9 * Minute), step, Token);
            var read = await engine.QueryMetricRangeAsync(query, new ReadingSource(store), start, start + (9 * Minute), step, Token);
            Assert.True(TextOf(read) == TextOf(counted), $"{text} from {start} by {step}:\nread    {TextOf(read)}\ncounted {TextOf(counted)}");
        }
        Assert.True(counting.Answered >= 10, $"the store counted only {counting.Answered} times");
    }

    /// <summary>Times on full minutes, full milliseconds and between; a team that is a label here and an attribute there.</summary>
    private static Row AnyRow(Random random)
    {
        var time = Frames.Noon + random.Next(3) switch
        {
            0 => random.Next(-2, 10) * Minute,
            1 => random.NextInt64(600_000) * 1_000_000,
            _ => random.NextInt64(10 * Minute),
        };
        var stream = random.Next(3) switch
        {
            0 => new[] { ("environment", "prod"), ("team", "data") },
            1 => [("environment", "prod"), ("team", "web")],
            _ => [("environment", "prod")],
        };
        return new Row($"line {random.Next(100)}", time, random.Next(2) == 0 ? 9 : 17) { Stream = stream, Attributes = AnyAttributes(random), ResourceAttributes = random.Next(4) == 0 ? [("zone.id", "of the resource")] : [] };
    }

    /// <summary>None, a label's name, one that becomes a label's name, the same twice, a long text; two that become the same label.</summary>
    private static (string, object)[] AnyAttributes(Random random) => random.Next(12) switch
    {
        < 6 => [],
        6 or 7 => [("shard", $"{random.Next(3)}")],
        8 => [("zone.id", $"{random.Next(3)}"), ("shard", "")],
        9 => [("shard", "first"), ("shard", $"{random.Next(3)}")],
        10 => [("zone.id", new string('z', 300))],
        _ => [("shard", "1"), ("zone.id", "1")],
    };

    private static string TextOf(RangeMatrix matrix) => string.Join("; ", matrix.Series.Select(series =>
        $"{series.Labels} {string.Join(' ', Enumerable.Range(0, series.Values.Length).Select(index => $"{series.Values.Span[index]}@{series.Timestamps.Span[index]}"))}"));

    /// <summary>A store that cannot count.</summary>
    private class ReadingSource(ILogStore store) : ILogSource
    {
        public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var record in store.SearchAsync(search, cancellationToken))
            {
                yield return record;
            }
        }

        public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) => store.LabelNamesAsync(range, cancellationToken);

        public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
            store.LabelValuesAsync(name, matchers, range, cancellationToken);

        public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) =>
            store.StreamsAsync(matchers, range, cancellationToken);
    }

    private sealed class CountingSource(ILogStore store) : ReadingSource(store), ILogCounting
    {
        private readonly ILogStore _store = store;

        public int Answered { get; private set; }

        public async Task<LogCounts> CountAsync(LogCountQuery query, CancellationToken cancellationToken)
        {
            var counts = await ((ILogCounting)_store).CountAsync(query, cancellationToken);
            Answered += counts.Refusal.Length == 0 ? 1 : 0;
            return counts;
        }
    }
}
