using System.Net;
using System.Runtime.CompilerServices;
using Observability.Telemetry;

namespace Observability.Portal.Tests.Api;

/// <summary>Queries that are wrong, and queries that are too large: refused with a place, a reason and a limit, and never at the price of the process.</summary>
public sealed class QueryBoundsTests(QueryBoundsTests.NoLines portal) : IClassFixture<QueryBoundsTests.NoLines>
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "{}", "parse error at line 1, col 1: " },
        { "{source=~\".*\"}", "parse error at line 1, col 1: " },
        { "{source=~\".*.*.*\"}", "parse error at line 1, col 1: " },
        { "{source=~\"(\"}", "parse error at line 1, col 8: " },
        { "{source=\"dbt\"} |~ \"(a\"", "parse error at line 1, col 19: " },
        { "{source=\"dbt\"} |~ \"(?=a)b\"", "look-around" },
        { "{source=\"dbt\"}\n | nonsense", "parse error at line 2, col 12: " },
        { "sum(count_over_time({source=\"dbt\"}))", "expected a range such as [5m]" },
        { "sum by (x (count_over_time({source=\"dbt\"}[5m]))", "line 1, col 11" },
        { "{source=\"dbt\"} | line_format \"{{ .a\"", "parse error at line 1, col 18: " },
        { "{source=\"dbt\"} | line_format \"{{ .a | uper }}\"", "did you mean \"upper\"?" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_query_is_400_with_its_place_and_what_was_expected(string query, string expected)
    {
        Assert.Contains(expected, await portal.World.RefusalAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}"), StringComparison.Ordinal);
        Assert.Contains(expected, await portal.World.RefusalAsync($"/loki/api/v1/query?query={Uri.EscapeDataString(query)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expression_that_would_take_other_engines_for_ever_takes_linear_time()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, ListLogSource.Line(PortalWorld.Now.AddMinutes(-1), new string('a', 50_000)));
        using var json = await world.JsonAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString("{source=\"dbt\"} |~ \".*.*.*(a*)*b$\"")}");
        Assert.Equal(0, json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task Counting_everything_ends_at_the_limit_of_records_and_names_it()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new LongLogSource(int.MaxValue));
        var (status, text) = await world.GetAsync($"/loki/api/v1/query?query={Uri.EscapeDataString("sum(count_over_time({source=~\".+\"}[1h]))")}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("reads more than 2000000 records", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_lines_than_one_answer_holds_are_refused_and_by_default_cut()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, new LongLogSource(int.MaxValue));
        using var json = await world.JsonAsync("/loki/api/v1/query_range?query={source=~\".%2B\"}");
        Assert.Equal(100, json.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("values").GetArrayLength());
        Assert.Contains("limit is '5001'; expected 1 to 5000", await world.RefusalAsync("/loki/api/v1/query_range?query={source=~\".%2B\"}&limit=5001"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_takes_longer_than_a_minute_is_504_and_says_what_to_do()
    {
        var store = new HangingLogSource();
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing, store);
        var asking = world.GetAsync("/loki/api/v1/query_range?query={source=\"dbt\"}");
        await store.Asked.WaitAsync(TestContext.Current.CancellationToken);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var (status, text) = await asking;
        Assert.Equal(HttpStatusCode.GatewayTimeout, status);
        Assert.Contains("longer than 60 s; ask for a shorter range", text, StringComparison.Ordinal);
    }

    public sealed class NoLines() : SharedPortal();

    /// <summary>A store that never answers, until it is told to stop.</summary>
    private sealed class HangingLogSource : ILogSource
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public async IAsyncEnumerable<LogRecord> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            _asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            yield break;
        }

        public Task<IReadOnlyList<string>> LabelNamesAsync(LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<IReadOnlyList<string>> LabelValuesAsync(string name, IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<IReadOnlyList<LabelSet>> StreamsAsync(IReadOnlyList<LabelMatcher> matchers, LogRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LabelSet>>([]);
    }
}
