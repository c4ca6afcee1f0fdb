using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Observability.TestKit;

namespace Observability.Portal.Tests;

public sealed class ApiTests
{
    private static readonly string Start = PortalWorld.Now.AddHours(-1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
    private static readonly string End = PortalWorld.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_log_query_gives_streams_in_Lokis_shape_newest_first()
    {
        await using var world = await WithLinesAsync();
        using var json = await AskAsync(world, $"/loki/api/v1/query_range?query={{pipeline=\"orders_daily\"}}&start={Start}&end={End}");

        var data = json.RootElement.GetProperty("data");
        Assert.Equal("streams", data.GetProperty("resultType").GetString());
        var stream = Assert.Single(data.GetProperty("result").EnumerateArray());
        Assert.Equal("prod", stream.GetProperty("stream").GetProperty("environment").GetString());
        Assert.Equal(["second", "first"], stream.GetProperty("values").EnumerateArray().Select(value => value[1].GetString()));
    }

    [Fact]
    public async Task A_metric_query_gives_a_matrix_and_an_instant_one_a_vector()
    {
        await using var world = await WithLinesAsync();
        using var matrix = await AskAsync(world, $"/loki/api/v1/query_range?query=sum(count_over_time({{pipeline=\"orders_daily\"}}[1h]))&start={Start}&end={End}&step=600");
        using var vector = await AskAsync(world, $"/loki/api/v1/query?query=sum(count_over_time({{pipeline=\"orders_daily\"}}[1h]))&time={End}");

        Assert.Equal("matrix", matrix.RootElement.GetProperty("data").GetProperty("resultType").GetString());
        Assert.Equal("2", vector.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());
    }

    [Fact]
    public async Task Labels_values_and_series_are_those_of_the_streams()
    {
        await using var world = await WithLinesAsync();
        using var labels = await AskAsync(world, $"/loki/api/v1/labels?start={Start}&end={End}");
        using var values = await AskAsync(world, $"/loki/api/v1/label/environment/values?start={Start}&end={End}");
        using var series = await AskAsync(world, $"/loki/api/v1/series?match[]={{source=\"dbt\"}}&start={Start}&end={End}");

        Assert.Contains("pipeline", labels.RootElement.GetProperty("data").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["prod"], values.RootElement.GetProperty("data").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("orders_daily", series.RootElement.GetProperty("data")[0].GetProperty("pipeline").GetString());
    }

    [Theory]
    [InlineData("query={environment=}", "line 1, col 14")]
    [InlineData("", "query is missing")]
    [InlineData("query={a=\"b\"}&limit=0", "limit is '0'")]
    [InlineData("query={a=\"b\"}&start=yesterday", "start is 'yesterday'")]
    public async Task A_request_that_cannot_be_read_is_400_and_says_where(string parameters, string expected)
    {
        await using var world = await WithLinesAsync();
        var (status, text) = await world.GetAsync($"/loki/api/v1/query_range?{parameters}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forwarding_keeps_path_query_body_status_and_key_and_drops_our_own_origin()
    {
        var answers = new Dictionary<string, HttpReply>(StringComparer.Ordinal) { ["/webhooks/run"] = HttpReply.Json("{\"taken\":1}", 202).With("X-Note", "kept") };
        await using var world = await PortalWorld.StartAsync(answers);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/run?environment=prod", UriKind.Relative)) { Content = new StringContent("{\"run\":1}", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("X-Api-Key", "secret");
        request.Headers.Add("Origin", world.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        using var response = await world.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("kept", response.Headers.GetValues("X-Note").Single());
        var arrived = Assert.Single(world.Services.Requests);
        Assert.Equal(("/webhooks/run", "?environment=prod", "{\"run\":1}"), (arrived.Path, arrived.Query, arrived.Text));
        Assert.Equal("secret", arrived.Headers["X-Api-Key"]);
        Assert.False(arrived.Headers.ContainsKey("Origin"));
    }

    [Fact]
    public async Task Without_keys_a_page_of_another_origin_or_a_rebound_name_reaches_no_service()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/alerts", UriKind.Relative));
        foreign.Headers.Add("Origin", "https://evil.example");
        using var rebound = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/alerts", UriKind.Relative));
        rebound.Headers.Host = "evil.example";

        using var first = await world.Client.SendAsync(foreign);
        using var second = await world.Client.SendAsync(rebound);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (first.StatusCode, second.StatusCode));
        Assert.Empty(world.Services.Requests);
    }

    private static Task<PortalWorld> WithLinesAsync() => PortalWorld.StartAsync(Recorded.Nothing,
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-20), "first"), ListLogSource.Line(PortalWorld.Now.AddMinutes(-10), "second"));

    private static async Task<JsonDocument> AskAsync(PortalWorld world, string address)
    {
        var (status, text) = await world.GetAsync(address);
        Assert.True(status == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text);
    }
}
