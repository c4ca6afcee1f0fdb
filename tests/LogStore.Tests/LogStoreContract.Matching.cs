using Observability.Telemetry;

namespace Observability.LogStore.Tests;

public abstract partial class LogStoreContract
{
    [Theory]
    [InlineData("team", MatchOperator.Equal, "data", "a,b")]
    [InlineData("team", MatchOperator.NotEqual, "data", "c,d")]
    [InlineData("team", MatchOperator.Regex, "da.*|web", "a,b,c")]
    [InlineData("team", MatchOperator.Regex, "at", "")]
    [InlineData("team", MatchOperator.NotRegex, "w.b", "a,b,d")]
    [InlineData("team", MatchOperator.Equal, "", "d")]
    [InlineData("team", MatchOperator.NotEqual, "", "a,b,c")]
    [InlineData("team", MatchOperator.Regex, ".*", "a,b,c,d")]
    [InlineData("team", MatchOperator.Regex, ".+", "a,b,c")]
    [InlineData("team", MatchOperator.Regex, "|web", "c,d")]
    [InlineData("team", MatchOperator.NotRegex, ".+", "d")]
    [InlineData("nobody", MatchOperator.Equal, "", "a,b,c,d")]
    [InlineData("nobody", MatchOperator.Equal, "x", "")]
    [InlineData("nobody", MatchOperator.NotEqual, "x", "a,b,c,d")]
    [InlineData("nobody", MatchOperator.NotRegex, "x", "a,b,c,d")]
    [InlineData("level", MatchOperator.Equal, "error", "b")]
    [InlineData("level", MatchOperator.NotEqual, "error", "a,c,d")]
    [InlineData("level", MatchOperator.Regex, "error|fatal", "b,c")]
    [InlineData("level", MatchOperator.NotRegex, "info|fatal", "b,d")]
    [InlineData("level", MatchOperator.Equal, "unknown", "d")]
    [InlineData("level", MatchOperator.Equal, "", "")]
    [InlineData("level", MatchOperator.NotEqual, "", "a,b,c,d")]
    public async Task Matchers_select_streams(string name, MatchOperator matchOperator, string value, string expected)
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, FourStreams.AsSpan(0, 2))], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, FourStreams.AsSpan(2, 2))], Token);
        var found = await BodiesAsync(store, Everything with { Stream = [new LabelMatcher(name, matchOperator, value)], NewestFirst = false });
        Assert.Equal(expected, string.Join(',', found));
    }

    [Fact]
    public async Task All_matchers_must_hold()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, FourStreams)], Token);
        await SettleAsync(store);
        var search = Everything with { Stream = [new LabelMatcher("team", MatchOperator.Equal, "data"), new LabelMatcher("level", MatchOperator.NotEqual, "info")] };
        Assert.Equal(["b"], await BodiesAsync(store, search));
    }

    [Theory]
    [InlineData("deadlock", "a deadlock found here|deadlock")]
    [InlineData("lock f", "Deadlock found|a deadlock found here")]
    [InlineData("a deadlock found here", "a deadlock found here")]
    [InlineData("found", "Deadlock found|a deadlock found here")]
    [InlineData("%", "100% *wild? \\card \"quoted\"")]
    [InlineData("*wild? \\c", "100% *wild? \\card \"quoted\"")]
    [InlineData("üß😀", "grüß dich: üß😀")]
    [InlineData("no such words", "")]
    public async Task A_line_filter_finds_its_text_anywhere_and_minds_the_case(string text, string expected)
    {
        await using var store = await OpenAsync();
        Row[] rows = [.. LineBodies.Select((body, index) => new Row(body, Frames.Noon + index))];
        await store.AppendAsync([Frames.Of(1, rows.AsSpan(0, 3))], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, rows.AsSpan(3))], Token);
        var search = Everything with { NewestFirst = false };
        Assert.Equal(expected, string.Join('|', await BodiesAsync(store, search with { Lines = [new LineFilter(text)] })));
        Assert.Equal(
            LineBodies.Except(expected.Split('|')),
            await BodiesAsync(store, search with { Lines = [new LineFilter(text, Negated: true)] }));
    }

    [Fact]
    public async Task All_line_filters_must_hold()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, new Row("alpha beta"), new Row("alpha"), new Row("alpha beta gamma"), new Row("beta"))], Token);
        await SettleAsync(store);
        var search = Everything with { Lines = [new LineFilter("alpha"), new LineFilter("beta"), new LineFilter("gamma", Negated: true)] };
        Assert.Equal(["alpha beta"], await BodiesAsync(store, search));
    }

    [Fact]
    public async Task The_empty_line_filter_holds_everywhere_and_its_negation_nowhere()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, new Row(""), new Row("a"))], Token);
        await SettleAsync(store);
        Assert.Equal(2, (await BodiesAsync(store, Everything with { Lines = [new LineFilter("")] })).Count);
        Assert.Empty(await BodiesAsync(store, Everything with { Lines = [new LineFilter("", Negated: true)] }));
    }

    [Fact]
    public async Task A_text_is_found_anywhere_in_a_long_run_without_white_space()
    {
        await using var store = await OpenAsync();
        var run = string.Concat(Enumerable.Range(0, 300).Select(number => $"{number:D4}"));
        await store.AppendAsync([Frames.Of(1, new Row($"before {run} after"), new Row("0063"))], Token);
        await SettleAsync(store);
        for (var start = 200; start < 300; start++)
        {
            Assert.Single(await BodiesAsync(store, Everything with { Lines = [new LineFilter(run.Substring(start, 12))] }));
        }
    }

    [Fact]
    public async Task Any_text_survives()
    {
        string[] bodies = ["", "\0", "line\nbreak\ttab\r", "\"{}\\", "\u2028\uFEFF", "𝒳😀👩‍👩‍👧", "e\u0301 é", new string('x', 100_000), "\uD800 alone"];
        await using var store = await OpenAsync();
        Row[] rows = [.. bodies.Select((body, index) => new Row(body, Frames.Noon + index) { Attributes = [("naïve.ключ", body.Length > 1000 ? "long" : body)] })];
        await store.AppendAsync([Frames.Of(1, rows)], Token);
        await SettleAsync(store);
        var records = await RecordsAsync(store, Everything with { NewestFirst = false });
        // A lone surrogate has no UTF-8: what was sent is the replacement character already.
        Assert.Equal(bodies.Select(body => body.Replace('\uD800', '\uFFFD')), records.Select(record => record.Body));
        Assert.All(records, record => Assert.Equal("naïve.ключ", Assert.Single(record.Attributes).Name));
        Assert.Equal(records.Where(record => record.Body.Length <= 1000).Select(record => record.Body), records.Where(record => record.Body.Length <= 1000).Select(record => record.Attributes[0].Value));
    }

    [Fact]
    public async Task Ten_thousand_attribute_names_are_kept()
    {
        await using var store = await OpenAsync();
        for (var frame = 0; frame < 10; frame++)
        {
            Row[] rows = [.. Enumerable.Range(frame * 100, 100).Select(number => new Row($"row {number}", Frames.Noon + number)
            {
                Attributes = [.. Enumerable.Range(number * 10, 10).Select(name => ($"name.{name}.of.many", (object)$"value {name}"))],
            })];
            Assert.Empty((await store.AppendAsync([Frames.Of((ulong)frame + 1, rows)], Token)).Refused);
        }
        await SettleAsync(store);
        var names = (await RecordsAsync(store, Everything)).SelectMany(record => record.Attributes).ToDictionary(attribute => attribute.Name, attribute => attribute.Value);
        Assert.Equal(10_000, names.Count);
        Assert.Equal("value 9999", names["name.9999.of.many"]);
    }

    [Fact]
    public async Task Label_names_and_values_are_those_of_the_range()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, FourStreams)], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, new Row("late", Frames.Noon + Frames.Second, 17) { Stream = [("owner", "ana")] })], Token);
        var early = new LogRange(Frames.Noon, Frames.Noon + 10);
        Assert.Equal(["environment", "level", "team"], await store.LabelNamesAsync(early, Token));
        Assert.Equal(["environment", "level", "owner", "team"], await store.LabelNamesAsync(Frames.AllTime, Token));
        Assert.Equal(["data", "web"], await store.LabelValuesAsync("team", [], early, Token));
        Assert.Equal(["error", "fatal", "info", "unknown"], await store.LabelValuesAsync("level", [], early, Token));
        Assert.Equal(["error", "info"], await store.LabelValuesAsync("level", [new LabelMatcher("team", MatchOperator.Equal, "data")], Frames.AllTime, Token));
        Assert.Equal(["data"], await store.LabelValuesAsync("team", [], new LogRange(Frames.Noon, Frames.Noon + 1), Token));
        Assert.Empty(await store.LabelValuesAsync("owner", [], early, Token));
        Assert.Empty(await store.LabelNamesAsync(new LogRange(0, 10), Token));
    }

    [Fact]
    public async Task Streams_are_distinct()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync([Frames.Of(1, FourStreams)], Token);
        await SettleAsync(store);
        await store.AppendAsync([Frames.Of(2, FourStreams)], Token);
        var streams = await store.StreamsAsync([new LabelMatcher("team", MatchOperator.Regex, ".+")], Frames.AllTime, Token);
        Assert.Equal(
            [
                "{environment=\"prod\", level=\"error\", team=\"data\"}",
                "{environment=\"prod\", level=\"fatal\", team=\"web\"}",
                "{environment=\"prod\", level=\"info\", team=\"data\"}",
            ],
            streams.Select(stream => stream.ToString()).Order(StringComparer.Ordinal));
    }

    private static readonly string[] LineBodies =
        ["Deadlock found", "a deadlock found here", "deadlock", "100% *wild? \\card \"quoted\"", "grüß dich: üß😀", "dead", "lock"];

    private static readonly Row[] FourStreams =
    [
        new("a", Frames.Noon, 9) { Stream = [("environment", "prod"), ("team", "data")] },
        new("b", Frames.Noon + 1, 17) { Stream = [("environment", "prod"), ("team", "data")] },
        new("c", Frames.Noon + 2, 21) { Stream = [("environment", "prod"), ("team", "web")] },
        new("d", Frames.Noon + 3, 0) { Stream = [("environment", "prod")] },
    ];
}
