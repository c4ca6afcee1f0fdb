using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Observability.Telemetry;

namespace Observability.Portal.Tests.Api;

public sealed class LogExportTests(LogExportTests.TwoLines portal) : IClassFixture<LogExportTests.TwoLines>
{
    private const string Parameters = "query={source=\"dbt\"}&direction=forward";

    [Fact]
    public async Task Lines_are_exported_as_objects_one_a_line()
    {
        using var response = await portal.World.Client.GetAsync(new Uri($"/api/v1/logs/export?{Parameters}", UriKind.Relative));
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment; filename=\"logs.ndjson\"", response.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal(
            """
            {"time":"2026-11-21T03:11:00.000000000Z","line":"=1+1, \"ü\"","labels":{"environment":"prod","level":"info","pipeline":"orders_daily","run_id":"48211","severity_number":"9","source":"dbt"}}
            {"time":"2026-11-21T03:21:00.000000000Z","line":"two\nlines","labels":{"environment":"prod","level":"info","pipeline":"refunds","run_id":"48211","severity_number":"9","source":"dbt"}}

            """.ReplaceLineEndings("\n"),
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_table_quotes_by_RFC_4180_and_holds_no_formula()
    {
        using var response = await portal.World.Client.GetAsync(new Uri($"/api/v1/logs/export?{Parameters}&format=csv", UriKind.Relative));
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "time,environment,source,pipeline,task,level,line,labels\r\n"
            + "2026-11-21T03:11:00.000000000Z,prod,dbt,orders_daily,,info,\"'=1+1, \"\"ü\"\"\","
            + "\"{\"\"environment\"\":\"\"prod\"\",\"\"level\"\":\"\"info\"\",\"\"pipeline\"\":\"\"orders_daily\"\",\"\"run_id\"\":\"\"48211\"\",\"\"severity_number\"\":\"\"9\"\",\"\"source\"\":\"\"dbt\"\"}\"\r\n"
            + "2026-11-21T03:21:00.000000000Z,prod,dbt,refunds,,info,\"two\nlines\","
            + "\"{\"\"environment\"\":\"\"prod\"\",\"\"level\"\":\"\"info\"\",\"\"pipeline\"\":\"\"refunds\"\",\"\"run_id\"\":\"\"48211\"\",\"\"severity_number\"\":\"\"9\"\",\"\"source\"\":\"\"dbt\"\"}\"\r\n",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("query={source=\"dbt\"}&format=xls", "format is 'xls'; expected ndjson or csv")]
    [InlineData("query=rate({source=\"dbt\"}[1m])", "the query gives numbers")]
    [InlineData("query={source=\"dbt\"}&limit=10000001", "expected 1 to 10000000")]
    [InlineData("query={source=\"dbt\"} | line_format \"{{ .x | nonsense }}\"", "nonsense")]
    public async Task What_cannot_be_exported_is_refused_before_the_first_byte(string parameters, string expected)
    {
        var (status, text) = await portal.World.GetAsync($"/api/v1/logs/export?{parameters}");
        Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, $"{status}: {text}");
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_halfway_cuts_the_connection_so_that_nobody_takes_half_for_all()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new LongLogSource(1_000_000, failsAfter: 10_000));
        using var response = await world.Client.GetAsync(new Uri($"/api/v1/logs/export?{Parameters}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_third_export_is_refused_while_two_are_read_and_queries_are_answered()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new LongLogSource(10_000_000));
        var address = new Uri("/api/v1/logs/export?query={source=\"dbt\"}&limit=10000000", UriKind.Relative);
        using (await world.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead))
        using (await world.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead))
        {
            using var third = await world.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
            await world.OkAsync("/loki/api/v1/query_range?query={source=\"dbt\"}");
        }
    }

    public sealed class TwoLines() : SharedPortal(
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-20), "=1+1, \"ü\""),
        ListLogSource.Line(PortalWorld.Now.AddMinutes(-10), "two\nlines", pipeline: "refunds"));
}

/// <summary>Alone, because what it measures is the memory of the process.</summary>
[CollectionDefinition(nameof(LongExport), DisableParallelization = true)]
public sealed class LongExport;

[Collection(nameof(LongExport))]
public sealed class LongExportTests
{
    private const int Lines = 1_000_000;
    private const long MaximumGrowthBytes = 64L << 20;

    [Fact]
    public async Task A_million_lines_are_read_while_memory_stays_as_it_is()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new LongLogSource(Lines));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var response = await world.Client.GetAsync(new Uri("/api/v1/logs/export?query={source=\"dbt\"}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var (lines, bytes, growth) = (0, 0L, 0L);
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            // What is kept is what counts, so it is measured after a collection; between, garbage comes and goes.
            if (bytes / (16 << 20) != (bytes += read) / (16 << 20))
            {
                growth = Math.Max(growth, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }
        Assert.Equal(Lines, lines);
        Assert.True(bytes > 2 * MaximumGrowthBytes, $"an answer of {bytes} bytes could have been held whole");
        Assert.True(growth <= MaximumGrowthBytes, $"memory grew by {growth} bytes");
    }
}

/// <summary>A store of as many lines as one likes, made while they are read.</summary>
internal sealed class LongLogSource(int count, int failsAfter = int.MaxValue) : ILogSource
{
    private static readonly LogRecord s_line = ListLogSource.Line(PortalWorld.Now, "");

    public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (var number = 0; number < Math.Min(count, search.Limit); number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (number == failsAfter)
            {
                throw new IOException("the disk went away");
            }
            // Going back in time, as a search for the newest does.
            var time = search.Range.EndNanoseconds - 1 - number;
            yield return s_line with { TimeUnixNanoseconds = time, Body = string.Create(CultureInfo.InvariantCulture, $"row {number} of orders was written to the warehouse") };
        }
    }

    public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LabelSet>>([]);
}
