using Observability.Telemetry;

namespace Observability.LogStore.Tests;

/// <summary>Counts and deletions: what a store does with records without giving them out.</summary>
public abstract partial class LogStoreContract
{
    private const long Minute = 60 * Frames.Second;

    [Fact]
    public async Task Records_are_counted_by_label_and_minute()
    {
        await using var store = await OpenAsync();
        await AppendTwoTeamsAsync(store);
        Assert.Equal(
            ["data 0: 2", "data 1: 1", "web 1: 3"],
            await CountsAsync(store, new LogCountQuery(Frames.AllTime, [], ["team"], Minute)));
        Assert.Equal([" 0: 2", " 1: 4"], await CountsAsync(store, new LogCountQuery(Frames.AllTime, [], [], Minute)));
        Assert.Equal([" 0: 6"], await CountsAsync(store, new LogCountQuery(Frames.AllTime, [], [], 60 * Minute)));
    }

    [Fact]
    public async Task A_count_minds_the_matchers_and_both_ends_of_its_range()
    {
        await using var store = await OpenAsync();
        await AppendTwoTeamsAsync(store);
        LabelMatcher[] web = [new("team", MatchOperator.Equal, "web")];
        Assert.Equal(["web 1: 3"], await CountsAsync(store, new LogCountQuery(Frames.AllTime, web, ["team"], Minute)));
        // Cuts through both minutes: the first record of each is out, or the last.
        var cut = new LogRange(Frames.Noon + Frames.Second, Frames.Noon + Minute + (2 * Frames.Second));
        Assert.Equal(["data 0: 1", "data 1: 1", "web 1: 1"], await CountsAsync(store, new LogCountQuery(cut, [], ["team"], Minute)));
        Assert.Empty(await CountsAsync(store, new LogCountQuery(new LogRange(0, 5), [], ["team"], Minute)));
    }

    [Fact]
    public async Task A_count_minds_line_filters()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(0, 30))], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, Frames.Lines(30, 60))], Token);
        var sevens = new LogCountQuery(Frames.AllTime, [], [], Minute) { Lines = [new LineFilter("7")] };
        Assert.Equal([" 0: 6", " 1: 12"], await CountsAsync(store, sevens));
        Assert.Equal([" 0: 1", " 1: 1"], await CountsAsync(store, sevens with { Lines = [new LineFilter("7"), new LineFilter("1")] }));
        Assert.Equal([" 0: 54", " 1: 18"], await CountsAsync(store, sevens with { Lines = [new LineFilter("7", Negated: true)] }));
    }

    [Fact]
    public async Task Steps_shorter_than_a_minute_are_counted_too()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(0, 10))], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, Frames.Lines(10, 10))], Token);
        var counts = await ((ILogCounting)store).CountAsync(new LogCountQuery(Frames.AllTime, [], ["level"], 4 * Frames.Second), Token);
        Assert.Equal([(0L, 4L), (4, 4), (8, 4), (12, 4), (16, 4)], counts.Counts.Select(count => ((count.StartNanoseconds - Frames.Noon) / Frames.Second, count.Count)));
        Assert.All(counts.Counts, count => Assert.Equal(LabelSet.Of(("level", "info")), count.Group));
    }

    [Fact]
    public async Task A_label_that_a_stream_does_not_have_is_not_in_its_group()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, FourStreams)], Token);
        await SettleAsync(store);
        Assert.Equal(["data 0: 2", "web 0: 1", " 0: 1"], await CountsAsync(store, new LogCountQuery(Frames.AllTime, [], ["team", "nobody"], Minute)));
    }

    [Fact]
    public async Task Records_that_satisfy_a_filter_are_deleted_and_no_others()
    {
        await using (var store = await OpenAsync())
        {
            await store.AppendAsync([Frames.Of(1, FourStreams)], Token);
            await SettleAsync(store);
            await store.AppendAsync([Frames.Of(2, new Row("a secret") { Stream = FourStreams[0].Stream }, new Row("a secret of web") { Stream = FourStreams[2].Stream })], Token);
            LabelMatcher[] data = [new("team", MatchOperator.Equal, "data")];
            Assert.Equal(1, await DeleteAsync(store, new LogDeletion(Frames.AllTime, data, [new LineFilter("secret")], "ana")));
            Assert.Equal(["a secret of web", "a", "b", "c", "d"], (await BodiesAsync(store, Everything with { NewestFirst = false })).OrderByDescending(body => body.Length));
            Assert.Equal(0, await DeleteAsync(store, new LogDeletion(Frames.AllTime, data, [new LineFilter("secret")], "ana")));
            Assert.Equal(2, await DeleteAsync(store, new LogDeletion(new LogRange(Frames.Noon + 1, Frames.Noon + 3), [], [], "ana")));
            await store.AppendAsync([Frames.Of(3, new Row("later", Frames.Noon + 1))], Token);
            await SettleAsync(store);
            Assert.Equal(4, (await BodiesAsync(store, Everything)).Count);
        }
        await using var restarted = await OpenAsync();
        Assert.Equal(["a", "a secret of web", "d", "later"], (await BodiesAsync(restarted, Everything)).Order(StringComparer.Ordinal));
        Assert.Equal(["data 0: 1", "web 0: 1", " 0: 1"], await CountsAsync(restarted, new LogCountQuery(Frames.AllTime, [new LabelMatcher("environment", MatchOperator.Equal, "prod"), new LabelMatcher("service_name", MatchOperator.Equal, "")], ["team"], Minute)));
    }

    [Fact]
    public async Task A_deletion_takes_thousands()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, Frames.Lines(0, 2500))], Token);
        await SettleAsync(store);
        var expected = Enumerable.Range(0, 2500).Select(number => $"line {number}").Where(line => line.Contains('7', StringComparison.Ordinal)).Reverse().ToList();
        Assert.Equal(2500 - expected.Count, await DeleteAsync(store, new LogDeletion(Frames.AllTime, [], [new LineFilter("7", Negated: true)], "ana")));
        Assert.Equal(expected, await BodiesAsync(store, Everything));
    }

    private static Task<long> DeleteAsync(ILogStore store, LogDeletion deletion) => ((ILogDeletion)store).DeleteAsync(deletion, Token);

    private static async Task<List<string>> CountsAsync(ILogStore store, LogCountQuery query)
    {
        var counts = await ((ILogCounting)store).CountAsync(query, Token);
        Assert.Empty(counts.Refusal);
        return [.. counts.Counts.Select(count => $"{count.Group["team"]} {(count.StartNanoseconds - Frames.Noon) / Minute}: {count.Count}")];
    }

    private async Task AppendTwoTeamsAsync(ILogStore store)
    {
        (string, string)[] data = [("environment", "prod"), ("team", "data")];
        (string, string)[] web = [("environment", "prod"), ("team", "web")];
        await store.AppendAsync(
            [
                Frames.Of(1, new Row("1", Frames.Noon) { Stream = data }, new Row("2", Frames.Noon + Frames.Second) { Stream = data },
                    new Row("3", Frames.Noon + Minute + Frames.Second) { Stream = web }),
            ],
            Token);
        await SettleAsync(store);
        await store.AppendAsync(
            [
                Frames.Of(2, new Row("4", Frames.Noon + Minute) { Stream = data }, new Row("5", Frames.Noon + Minute + (2 * Frames.Second)) { Stream = web },
                    new Row("6", Frames.Noon + (2 * Minute) - 1) { Stream = web }),
            ],
            Token);
    }
}
