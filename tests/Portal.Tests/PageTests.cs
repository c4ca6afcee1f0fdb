using System.Net;
using System.Text.RegularExpressions;
using Observability.TestKit;

namespace Observability.Portal.Tests;

public sealed class PageTests
{
    public static TheoryData<string> Addresses => ["/", "/alerts/b7c41f0a9d2e6635", "/alerts/00000000000000cc", "/runs", "/runs/r1", "/runs/48211?pipeline=orders_daily", "/logs", "/notices", "/notices/n1", "/sources"];

    [Theory, MemberData(nameof(Addresses))]
    public async Task Every_page_has_one_heading_a_main_part_a_skip_link_and_names(string address)
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-17), "fct_orders failed", severity: 17));
        var (status, page) = await world.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Single(Regex.Matches(page, "<h1[ >]"));
        Assert.Single(Regex.Matches(page, "<main "));
        Assert.Contains("href=\"#main\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<(img|link|script)[^>]*(src|href)=\"https?:", page);
        Assert.All(Regex.Matches(page, "<(?:a|button)[^>]*>(.*?)</(?:a|button)>", RegexOptions.Singleline), element =>
            Assert.True(Regex.Replace(element.Value, "<[^>]*>", "").Trim().Length > 0 || element.Value.Contains("aria-label=", StringComparison.Ordinal) || element.Value.Contains("hidden", StringComparison.Ordinal), element.Value));
        var ids = Regex.Matches(page, " id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public async Task Now_answers_with_real_counts_and_lists_prod_before_dev()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy);
        var (_, page) = await world.GetAsync("/");

        Assert.Contains("<h1>One critical alert in prod is waiting for somebody</h1>", page, StringComparison.Ordinal);
        Assert.Contains("1 firing in prod, 1 elsewhere. 1 pending, 1 closed in the last 24 h.", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("class=\"env prod\"", StringComparison.Ordinal) < page.IndexOf("class=\"env dev\"", StringComparison.Ordinal));
        Assert.Contains("Told 03:14", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chosen_environment_hides_the_others_and_stays_in_the_links()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy);
        var (_, page) = await world.GetAsync("/?environment=dev");

        Assert.DoesNotContain("class=\"env prod\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/runs?environment=dev\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_event_the_page_gives_a_curl_with_its_own_address()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Nothing);
        var (_, page) = await world.GetAsync("/");

        Assert.Contains("Nothing has reported yet", page, StringComparison.Ordinal);
        Assert.Contains($"curl {world.Client.BaseAddress!.ToString().TrimEnd('/')}/webhooks/run", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_cannot_be_read_says_so_and_the_rest_of_the_page_stays()
    {
        var answers = new Dictionary<string, HttpReply>(Recorded.Busy, StringComparer.Ordinal) { ["/api/v1/notices"] = HttpReply.Error(400) };
        await using var world = await PortalWorld.StartAsync(answers);

        Assert.Contains("Run failed: orders_daily", (await world.GetAsync("/")).Text, StringComparison.Ordinal);
        Assert.Contains("Notices cannot be read", (await world.GetAsync("/notices")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_kept_is_404_with_a_page()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy);

        Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync("/runs/none")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync("/alerts/none")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync("/notices/none")).Status);
    }

    [Fact]
    public async Task A_line_of_a_trace_leads_to_all_of_its_lines_and_spans()
    {
        const string trace = "0ac7495a46c2b529c02c6318a6b2f640";
        await using var world = await PortalWorld.StartAsync(Recorded.Busy,
            ListLogSource.Line(PortalWorld.Now.AddMinutes(-17), "failed") with { TraceId = trace },
            ListLogSource.Line(PortalWorld.Now.AddMinutes(-16), "span of another pipeline", pipeline: "load") with { TraceId = trace },
            ListLogSource.Line(PortalWorld.Now.AddMinutes(-18), "without a trace"));
        var (_, page) = await world.GetAsync("/logs?query=failed");
        AssertHeading("1 line, no errors", page);
        var link = Regex.Match(page, "href=\"(?<address>[^\"]+)\">Show trace<").Groups["address"].Value;
        var (_, traced) = await world.GetAsync(WebUtility.HtmlDecode(link));
        AssertHeading("2 lines, no errors", traced);
        Assert.DoesNotContain("Show trace", (await world.GetAsync("/logs?query=without")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Open in tracer", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_logs_page_shows_lines_and_says_where_a_query_is_wrong()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-17), "fct_orders failed", severity: 17), ListLogSource.Line(PortalWorld.Now.AddMinutes(-18), "started"));

        Assert.Contains("2 lines, 1 of them an error", (await world.GetAsync("/logs")).Text, StringComparison.Ordinal);
        Assert.Contains("1 line, 1 of them an error", (await world.GetAsync("/logs?query=fct_orders")).Text, StringComparison.Ordinal);
        var (_, wrong) = await world.GetAsync("/logs?query=" + Uri.EscapeDataString("{environment=}"));
        Assert.Contains("Line 1, column 14", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_that_was_chosen_holds_over_the_time_that_a_link_fixed()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-17), "fct_orders failed"));
        var (fixedStart, fixedEnd) = (PortalWorld.Now.AddDays(-2).ToUnixTimeMilliseconds(), PortalWorld.Now.AddDays(-1).ToUnixTimeMilliseconds());

        Assert.Contains("No line matches", (await world.GetAsync($"/logs?range=&start={fixedStart}&end={fixedEnd}")).Text, StringComparison.Ordinal);
        Assert.Contains("1 line, no errors", (await world.GetAsync($"/logs?range=1h&start={fixedStart}&end={fixedEnd}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_load_stays_below_250_KB()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy);
        var (_, page) = await world.GetAsync("/");
        var bytes = page.Length;
        foreach (Match asset in Regex.Matches(page, "\"(/assets/[^\"]+)\""))
        {
            using var response = await world.Client.GetAsync(new Uri(asset.Groups[1].Value, UriKind.Relative));
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            bytes += (await response.Content.ReadAsByteArrayAsync()).Length;
        }
        Assert.InRange(bytes, 1, 250 * 1024);
    }

    // A page that says something else says in its main part why.
    private static void AssertHeading(string expected, string page)
    {
        var main = Regex.Match(page, "<main.*</main>", RegexOptions.Singleline).Value;
        Assert.True(main.Contains($">{expected}</h1>", StringComparison.Ordinal), $"expected the heading '{expected}' in: {Regex.Replace(main, "(<[^>]*>|\\s)+", " ")}");
    }
}
