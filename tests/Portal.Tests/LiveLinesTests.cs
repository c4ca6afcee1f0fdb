using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Observability.Telemetry;

namespace Observability.Portal.Tests;

/// <summary>New lines for the Logs page.</summary>
public sealed class LiveLinesTests
{
    [Fact]
    public async Task A_live_line_is_drawn_exactly_as_the_page_draws_it()
    {
        var store = new GrowingLogSource(Line(-60, "before"));
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        const string View = "query={source=\"dbt\"} |= \"o\"&range=1h";
        using var socket = await FollowAsync(world, View);
        store.Add(OfRun(Line(0, "<b>over</b> & out", severity: 17)));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        var line = Assert.Single(await LinesAsync(socket));
        Assert.Contains("&lt;b&gt;<mark>o</mark>ver&lt;/b&gt; &amp; <mark>o</mark>ut", line.Row, StringComparison.Ordinal);
        Assert.Contains("Open run", line.Row, StringComparison.Ordinal);

        var page = (await world.GetAsync("/logs?" + View)).Text;
        Assert.Equal([line.Id, .. IdsOf(page).Skip(1)], IdsOf(page));
        Assert.Equal(Normal(line.Row!), Normal(Regex.Match(page, "<details [^>]*data-line=.*?</details>", RegexOptions.Singleline).Value));
    }

    [Fact]
    public async Task What_a_page_has_and_what_it_is_told_have_the_same_ids_so_that_nothing_is_lost_or_shown_twice()
    {
        var store = new GrowingLogSource(Line(-60, "long ago"), Line(-2, "just before"));
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        var page = (await world.GetAsync("/logs")).Text;
        // On its way while the page was read.
        store.Add(Line(-3, "late"));
        var (address, after) = (Attribute(page, "data-follow"), Attribute(page, "data-after"));
        using var socket = await world.FollowAsync($"{address}&after={after}");
        var told = await LinesAsync(socket);

        Assert.Equal(2, told.Count);
        Assert.Equal(["just before"], told.Where(line => IdsOf(page).Contains(line.Id)).Select(TextOf));
        Assert.Equal(["late"], told.Where(line => !IdsOf(page).Contains(line.Id)).Select(TextOf));
    }

    [Fact]
    public async Task Of_more_lines_than_can_be_read_the_newest_are_drawn_and_the_others_named()
    {
        var store = new GrowingLogSource([.. Enumerable.Range(0, 250).Select(static index => Line(-1, string.Create(CultureInfo.InvariantCulture, $"line {index}"), milliseconds: index))]);
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        using var socket = await FollowAsync(world, "query=line");
        var told = await LinesAsync(socket);

        Assert.Equal(250, told.Select(static line => line.Id).Distinct().Count());
        Assert.Equal([.. Enumerable.Range(150, 100).Reverse().Select(static index => $"line {index}")], told.Where(static line => line.Row is not null).Select(TextOf));
        Assert.Equal(told.Select(static line => line.Time).OrderDescending(), told.Select(static line => line.Time));
    }

    [Fact]
    public async Task A_list_that_is_cut_is_not_continued_before_its_last_line()
    {
        var store = new GrowingLogSource([.. Enumerable.Range(0, 300).Select(static index => Line(-1, string.Create(CultureInfo.InvariantCulture, $"line {index}"), milliseconds: index))]);
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        var page = (await world.GetAsync("/logs")).Text;
        using var socket = await world.FollowAsync($"{Attribute(page, "data-follow")}&after={Attribute(page, "data-after")}");
        Assert.Equal(IdsOf(page), (await LinesAsync(socket)).Select(static line => line.Id));
    }

    [Fact]
    public async Task The_chosen_environment_holds_for_new_lines_too()
    {
        var store = new GrowingLogSource(ListLogSource.Line(PortalWorld.Now.AddSeconds(-1), "of prod"), ListLogSource.Line(PortalWorld.Now.AddSeconds(-1), "of dev", environment: "dev"));
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        using var socket = await FollowAsync(world, "environment=dev");
        Assert.Equal(["of dev"], (await LinesAsync(socket)).Select(TextOf));
    }

    [Theory]
    [InlineData("query={source=}", "line 1, col 9")]
    [InlineData("query=rate({source=\"dbt\"}[1m])", "only lines can be followed")]
    public async Task A_wrong_query_is_400_with_its_reason(string parameters, string expected)
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing);
        var (status, text) = await world.GetAsync($"/logs/live?{parameters}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_origin_is_told_nothing()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        await Assert.ThrowsAsync<WebSocketException>(() => world.ConnectAsync(socket, "/logs/live"));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    private static LogRecord Line(int seconds, string text, int milliseconds = 0, int severity = 9) => ListLogSource.Line(PortalWorld.Now.AddSeconds(seconds).AddMilliseconds(milliseconds), text, severity: severity);

    private static LogRecord OfRun(LogRecord line) => line with { Attributes = [new Label("cicd_pipeline_run_id", "48211"), new Label("trace_id", "9f3c0b1e77aa41d2")] };

    // Followed from ten seconds before the clock of the world on.
    private static Task<ClientWebSocket> FollowAsync(PortalWorld world, string parameters) =>
        world.FollowAsync($"/logs/live?{parameters}&after={PortalWorld.Now.AddSeconds(-10).ToUnixTimeMilliseconds()}000000");

    private static async Task<IReadOnlyList<LiveLine>> LinesAsync(ClientWebSocket socket)
    {
        using var json = JsonDocument.Parse(await socket.MessageAsync());
        return [.. json.RootElement.GetProperty("lines").EnumerateArray().Select(static line => new LiveLine(
            line.GetProperty("id").GetString()!, line.GetProperty("time").GetString()!, line.TryGetProperty("row", out var row) ? row.GetString() : null))];
    }

    private static List<string> IdsOf(string page) => [.. Regex.Matches(page, "data-line=\"([^\"]+)\"").Select(static match => match.Groups[1].Value)];

    private static string Attribute(string page, string name) => WebUtility.HtmlDecode(Regex.Match(page, name + "=\"([^\"]+)\"").Groups[1].Value);

    private static string TextOf(LiveLine line) => WebUtility.HtmlDecode(Regex.Match(line.Row!.Replace("<mark>", "", StringComparison.Ordinal).Replace("</mark>", "", StringComparison.Ordinal), "<span class=\"m\">(.*?)</span>").Groups[1].Value);

    // A link to the line carries the time of the view, which is another one a second later.
    private static string Normal(string row) => Regex.Replace(Regex.Replace(row, "data-address=\"[^\"]*\"", ""), "\\s+", " ");

    private sealed record LiveLine(string Id, string Time, string? Row);
}
