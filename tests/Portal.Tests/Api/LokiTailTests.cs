using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Observability.Telemetry;

namespace Observability.Portal.Tests.Api;

public sealed class LokiTailTests
{
    [Fact]
    public async Task The_newest_lines_come_first_and_then_each_new_one_once_late_ones_too()
    {
        var store = new GrowingLogSource(Line(-30, "old"), Line(-2, "newest"));
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        using var socket = await FollowAsync(world, "query={source=\"dbt\"} != \"noise\"");
        Assert.Equal(["old", "newest"], await LinesAsync(socket));

        store.Add(Line(0, "after"), Line(0, "noise"));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["after"], await LinesAsync(socket));

        // Older than what was told, but not by much: senders batch.
        store.Add(Line(-5, "late"), Line(1, "next"));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["late", "next"], await LinesAsync(socket));
    }

    [Fact]
    public async Task Only_as_many_lines_as_asked_for_come_first_and_the_older_ones_never()
    {
        var store = new GrowingLogSource(Line(-3, "one"), Line(-2, "two"), Line(-1, "three"));
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        using var socket = await FollowAsync(world, "query={source=\"dbt\"}&limit=2");
        Assert.Equal(["two", "three"], await LinesAsync(socket));

        store.Add(Line(0, "four"));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["four"], await LinesAsync(socket));
    }

    [Fact]
    public async Task Lines_come_in_the_streams_they_belong_to()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new GrowingLogSource(Line(-2, "a")));
        using var socket = await FollowAsync(world, "query={source=\"dbt\"}");
        Assert.Equal(
            $$$"""{"streams":[{"stream":{"environment":"prod","level":"info","pipeline":"orders_daily","run_id":"48211","severity_number":"9","source":"dbt"},"values":[["{{{PortalWorld.Now.AddSeconds(-2).ToUnixTimeMilliseconds()}}}000000","a"]]}]}""",
            await socket.MessageAsync());
    }

    [Fact]
    public async Task A_client_that_says_goodbye_is_answered_and_its_place_is_free()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new GrowingLogSource(Line(-2, "a")));
        // More than there are places.
        for (var round = 0; round < 12; round++)
        {
            using var socket = await FollowAsync(world, "query={source=\"dbt\"}");
            Assert.Equal(["a"], await LinesAsync(socket));
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "enough", TestContext.Current.CancellationToken);
            Assert.Equal(WebSocketState.Closed, socket.State);
        }
    }

    [Fact]
    public async Task After_an_hour_a_tail_ends_with_its_reason()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new GrowingLogSource(Line(-2, "a")));
        using var socket = await FollowAsync(world, "query={source=\"dbt\"}");
        Assert.Equal(["a"], await LinesAsync(socket));
        world.Time.Advance(TimeSpan.FromHours(1));
        var end = await socket.ReceiveAsync(new byte[256], TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
        Assert.Equal("a tail lasts at most 60 minutes; connect again", end.CloseStatusDescription);
    }

    [Theory]
    [InlineData("query={source=}", "line 1, col 9")]
    [InlineData("query=rate({source=\"dbt\"}[1m])", "the query gives numbers")]
    [InlineData("query={source=\"dbt\"}&delay_for=6", "delay_for is '6'; expected 1 to 5")]
    public async Task A_wrong_question_is_400_before_the_connection_is_one(string parameters, string expected)
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new GrowingLogSource());
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(socket, world, parameters));
        Assert.Equal(HttpStatusCode.BadRequest, socket.HttpStatusCode);
        // What it says is read most easily without a handshake.
        Assert.Contains(expected, await world.RefusalAsync($"/loki/api/v1/tail?{parameters}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_origin_opens_no_tail()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new GrowingLogSource());
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(socket, world, "query={source=\"dbt\"}"));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Without_a_WebSocket_the_way_to_lines_is_named()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new GrowingLogSource());
        Assert.Contains("query_range gives lines over HTTP", await world.RefusalAsync("/loki/api/v1/tail?query={source=\"dbt\"}"), StringComparison.Ordinal);
    }

    private static LogRecord Line(int seconds, string text) => ListLogSource.Line(PortalWorld.Now.AddSeconds(seconds), text);

    private static Task<ClientWebSocket> FollowAsync(PortalWorld world, string parameters) => world.FollowAsync($"/loki/api/v1/tail?{parameters}");

    private static Task ConnectAsync(ClientWebSocket socket, PortalWorld world, string parameters) => world.ConnectAsync(socket, $"/loki/api/v1/tail?{parameters}");

    private static async Task<IEnumerable<string?>> LinesAsync(ClientWebSocket socket)
    {
        using var json = JsonDocument.Parse(await socket.MessageAsync());
        return [.. json.RootElement.GetProperty("streams").EnumerateArray().SelectMany(static stream => stream.GetProperty("values").EnumerateArray()).Select(static value => value[1].GetString())];
    }
}
