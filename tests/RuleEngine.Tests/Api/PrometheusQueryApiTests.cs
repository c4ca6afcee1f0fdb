using Microsoft.AspNetCore.Http;
using Observability.Query.Values;
using Observability.RuleEngine.Api;
using Observability.Telemetry;

namespace Observability.RuleEngine.Tests.Api;

public sealed class PrometheusQueryApiTests(EngineHost host) : IClassFixture<EngineHost>
{
    private const string NowSeconds = "1795262400";

    [Theory]
    [InlineData("rows", """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"rows","table":"orders \"new\""},"value":[1795262400,"2.5"]}]}}""")]
    [InlineData("1/0", """{"status":"success","data":{"resultType":"scalar","result":[1795262400,"+Inf"]}}""")]
    [InlineData("\"a\"", """{"status":"success","data":{"resultType":"string","result":[1795262400,"a"]}}""")]
    [InlineData("rows[10s]", """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"rows","table":"orders \"new\""},"values":[[1795262398.5,"2.5"]]}]}}""")]
    [InlineData("pipeline_last_run_failed{pipeline=\"orders\"}", """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"pipeline_last_run_failed","environment":"prod","pipeline":"orders","source":"dbt"},"value":[1795262400,"1"]}]}}""")]
    public async Task An_instant_query_answers_in_the_shape_of_Prometheus(string query, string expected)
    {
        var (status, body) = await host.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        Assert.Equal((200, expected), (status, body.GetRawText()));
        Assert.Equal(expected, (await host.PostAsync("/api/v1/query", ("query", query), ("time", NowSeconds))).Body.GetRawText());
    }

    [Fact]
    public async Task A_range_query_gives_a_value_for_each_step()
    {
        const string expected = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"rows","table":"orders \"new\""},"values":[[1795262350,"1"],[1795262400,"2.5"]]}]}}""";
        Assert.Equal(expected, (await host.GetAsync($"/api/v1/query_range?query=rows&start=1795262300&end={NowSeconds}&step=50")).Body.GetRawText());
        Assert.Equal(expected, (await host.PostAsync("/api/v1/query_range", ("query", "rows"), ("start", "2026-11-21T11:58:20Z"), ("end", NowSeconds), ("step", "50s"))).Body.GetRawText());
    }

    [Theory]
    [InlineData("/api/v1/query", 400, "bad_data", "the parameter query is missing")]
    [InlineData("/api/v1/query?query=sum(", 400, "bad_data", "1:5")]
    [InlineData("/api/v1/query?query=up&time=soon", 400, "bad_data", "RFC 3339")]
    [InlineData("/api/v1/query_exemplars?query=sum(", 400, "bad_data", "1:5")]
    [InlineData("/api/v1/format_query?query=sum(", 400, "bad_data", "1:5")]
    [InlineData("/api/v1/format_query", 400, "bad_data", "the parameter query is missing")]
    [InlineData("/api/v1/query_range?query=up&start=2&end=1&step=1", 400, "bad_data", "the end lies before the start")]
    [InlineData("/api/v1/query_range?query=up&start=1&end=2&step=0", 400, "bad_data", "at least a millisecond")]
    [InlineData("/api/v1/query_range?query=up&start=0&end=100000&step=1", 400, "bad_data", "longer step")]
    [InlineData("/api/v1/series", 400, "bad_data", "match[] is missing")]
    [InlineData("/api/v1/labels?match[]=sum(up)", 400, "bad_data", "plain selector")]
    [InlineData("/api/v1/query?query=rows*on()pipeline_last_run_failed*on()group_left()pipeline_runs_total", 422, "execution", "")]
    public async Task A_wrong_request_is_told_what_was_expected(string path, int status, string errorType, string text)
    {
        var (actual, body) = await host.GetAsync(path);
        Assert.Equal((status, "error", errorType), (actual, body.GetProperty("status").GetString(), body.GetProperty("errorType").GetString()));
        Assert.Contains(text, body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_no_exemplars_and_a_query_is_written_as_it_was_understood()
    {
        Assert.Equal("""{"status":"success","data":[]}""", (await host.PostAsync("/api/v1/query_exemplars", ("query", "rows"), ("start", "1"), ("end", "2"))).Body.GetRawText());
        Assert.Equal("sum by (table) (rows) / 2", (await host.PostAsync("/api/v1/format_query", ("query", "sum(rows)by(table)/2"))).Body.GetProperty("data").GetString());
    }

    [Theory]
    [InlineData("/api/v1/labels?match[]=rows", """["__name__","table"]""")]
    [InlineData("/api/v1/label/pipeline/values", """["orders"]""")]
    [InlineData("/api/v1/label/result/values?match[]=pipeline_runs_total", """["failed","succeeded"]""")]
    [InlineData("/api/v1/label/pipeline/values?start=1", """["orders"]""")]
    [InlineData("/api/v1/label/pipeline/values?end=1", "[]")]
    [InlineData("/api/v1/series?match[]=rows&match[]={table!=\"\"}", """[{"__name__":"rows","table":"orders \"new\""}]""")]
    [InlineData("/api/v1/metadata?metric=pipeline_runs_total", """{"pipeline_runs_total":[{"type":"counter","help":"","unit":""}]}""")]
    public async Task Names_values_series_and_metadata_are_listed(string path, string expected)
    {
        var (status, body) = await host.GetAsync(path);
        Assert.Equal((200, expected), (status, body.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task A_cut_list_says_so()
    {
        var body = (await host.GetAsync("/api/v1/labels?limit=1")).Body;
        Assert.Equal(1, body.GetProperty("data").GetArrayLength());
        Assert.Contains("truncated", body.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/query?query={__name__=~\"rows|pipeline_runs_total\"}&limit=1")]
    [InlineData($"/api/v1/query_range?query={{__name__=~\"rows|pipeline_runs_total\"}}&start={NowSeconds}&end={NowSeconds}&step=1&limit=1")]
    public async Task A_cut_answer_of_a_query_says_so(string path)
    {
        var body = (await host.GetAsync(path)).Body;
        Assert.Equal(1, body.GetProperty("data").GetProperty("result").GetArrayLength());
        Assert.Equal("results truncated due to limit: 1 of 3", body.GetProperty("warnings")[0].GetString());
    }

    [Fact]
    public async Task A_large_matrix_leaves_in_parts_while_it_is_written()
    {
        const int seriesCount = 2000;
        var (times, values) = (Enumerable.Range(0, 240).Select(static index => index * 15_000L).ToArray(), Enumerable.Range(0, 240).Select(static index => index / 7.0).ToArray());
        var matrix = new RangeMatrix([.. Enumerable.Range(0, seriesCount).Select(number => new SeriesSamples(LabelSet.Of(("number", $"{number}")), times, values))]);
        await using var body = new PartsStream();
        var http = new DefaultHttpContext { Response = { Body = body } };

        await PrometheusQueryApiResponse.Of(new QueryResult(matrix, []), limit: 0).WriteAsync(http.Response);

        Assert.InRange(body.Length, 10_000_000, long.MaxValue);
        Assert.InRange(body.LongestPart, 1, 256 * 1024);
    }

    [Fact]
    public async Task The_build_names_a_version_that_clients_can_compare() =>
        Assert.StartsWith("3.", (await host.GetAsync("/api/v1/status/buildinfo")).Body.GetProperty("data").GetProperty("version").GetString(), StringComparison.Ordinal);
}

/// <summary>A client that takes everything, and how much it was given at once.</summary>
internal sealed class PartsStream : MemoryStream
{
    private long _flushed;

    public long LongestPart { get; private set; }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        LongestPart = Math.Max(LongestPart, Length - _flushed);
        _flushed = Length;
        return Task.CompletedTask;
    }
}
