using System.Net;
using System.Text.RegularExpressions;
using Observability.Telemetry;

namespace Observability.Portal.Tests;

/// <summary>The Logs page and the ways to it, over a list of lines.</summary>
public sealed class LogsPageTests
{
    [Fact]
    public async Task Context_shows_the_lines_to_both_sides_of_a_hit_however_busy_its_stream_is()
    {
        // A line every 100 ms: the newest two hundred of four minutes would not hold the hit.
        var lines = Enumerable.Range(0, 2_000).Select(index => ListLogSource.Line(PortalWorld.Now.AddMinutes(-10).AddMilliseconds(100 * index), $"line {index}", severity: index == 700 ? 17 : 9)).ToList();
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, lines);
        var hit = (await world.GetAsync("/logs?query=" + Uri.EscapeDataString("{environment=\"prod\"} |= \"line 700\""))).Text;
        var page = (await world.GetAsync(AddressOf(hit, "Show in context"))).Text;

        Assert.Contains("<h1 class=\"num\">Lines around 03:22:10.000 UTC</h1>", page, StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Range(675, 51).Reverse().Select(index => $"line {index}")], TextsOf(page));
        Assert.Equal("line 700", Assert.Single(Regex.Matches(page, "class=\"hit\".*?(line \\d+)</span>", RegexOptions.Singleline)).Groups[1].Value);

        var earlier = (await world.GetAsync(AddressOf(page, "Earlier lines"))).Text;
        Assert.Equal("line 700", TextsOf(earlier)[0]);
        Assert.Equal("line 650", TextsOf(earlier)[^1]);
        Assert.Single(Regex.Matches(earlier, "class=\"hit\""));
        Assert.Equal("line 750", TextsOf((await world.GetAsync(AddressOf(page, "Later lines"))).Text)[0]);
    }

    [Fact]
    public async Task At_the_ends_of_a_stream_there_is_no_way_further()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-3), "first"), ListLogSource.Line(PortalWorld.Now.AddMinutes(-2), "last"));
        var page = (await world.GetAsync(AddressOf((await world.GetAsync("/logs?query=first")).Text, "Show in context"))).Text;

        Assert.Equal(["last", "first"], TextsOf(page));
        Assert.DoesNotContain("Earlier lines", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Later lines", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_matches_the_last_line_before_is_named()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddHours(-9), "rare"), ListLogSource.Line(PortalWorld.Now.AddHours(-8), "rare again"), ListLogSource.Line(PortalWorld.Now.AddMinutes(-1), "common"));
        var page = (await world.GetAsync("/logs?query=rare")).Text;

        Assert.Contains("No line matches", page, StringComparison.Ordinal);
        Assert.Contains("The last one before that was written", page, StringComparison.Ordinal);
        Assert.Contains("rare again", (await world.GetAsync(AddressOf(page, "20 Nov 19:31 UTC"))).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("The last one before", (await world.GetAsync("/logs?query=never")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=2026-11-21T03:10&to=2026-11-21T03:20", "CET", "")]
    [InlineData("from=2026-11-21T04:10&to=2026-11-21T04:20", "CET", "in it")]
    [InlineData("from=2026-11-21T04:20&to=2026-11-21T04:10", "CET", "in it")]
    [InlineData("from=2026-11-21T03:14&to=2026-11-21T03:14", "UTC", "in it")]
    [InlineData("from=2026-11-21T03:10&range=15m", "UTC", "now|in it")]
    [InlineData("to=2026-11-21T03:14", "UTC", "in it|before")]
    [InlineData("from=soon&to=&range=15m", "UTC", "now")]
    public async Task A_time_that_is_typed_is_one_of_the_readers_zone_and_holds_over_the_chosen_range(string query, string zone, string expected)
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy,
            ListLogSource.Line(PortalWorld.Now.AddMinutes(-1), "now"), ListLogSource.Line(new DateTimeOffset(2026, 11, 21, 3, 14, 30, TimeSpan.Zero), "in it"), ListLogSource.Line(new DateTimeOffset(2026, 11, 21, 2, 50, 0, TimeSpan.Zero), "before"));
        if (zone == "CET")
        {
            world.Client.DefaultRequestHeaders.Add("Cookie", "obs-zone=Europe/Berlin~CET~CEST");
        }
        Assert.Equal(expected, string.Join('|', TextsOf((await world.GetAsync("/logs?" + query)).Text)));
    }

    [Fact]
    public async Task What_is_shown_can_be_taken_as_a_file()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-17), "kept"), ListLogSource.Line(PortalWorld.Now.AddHours(-3), "too old"));
        var page = (await world.GetAsync("/logs")).Text;

        var table = (await world.GetAsync(AddressOf(page, "CSV"))).Text;
        Assert.Contains("kept", table, StringComparison.Ordinal);
        Assert.DoesNotContain("too old", table, StringComparison.Ordinal);
        Assert.StartsWith("{\"", (await world.GetAsync(AddressOf(page, "NDJSON"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_of_a_field_can_be_chosen_and_left_out()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-2), "of one", pipeline: "one"), ListLogSource.Line(PortalWorld.Now.AddMinutes(-1), "of two", pipeline: "two"));
        var page = (await world.GetAsync("/logs")).Text;
        var without = Regex.Match(page, "<a class=\"not\" href=\"([^\"]+)\" title=\"Lines without pipeline one\"");
        var only = Regex.Match(page, "<a href=\"([^\"]+)\" title=\"Only lines with pipeline one;");

        Assert.Equal(["of two"], TextsOf((await world.GetAsync(WebUtility.HtmlDecode(without.Groups[1].Value))).Text));
        Assert.Equal(["of one"], TextsOf((await world.GetAsync(WebUtility.HtmlDecode(only.Groups[1].Value))).Text));
    }

    [Fact]
    public async Task Live_is_offered_where_new_lines_can_follow_also_before_the_first()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-17), "a line"));
        var (from, until) = (PortalWorld.Now.AddHours(-1).ToUnixTimeMilliseconds(), PortalWorld.Now.ToUnixTimeMilliseconds());

        Assert.Contains("data-follow=", (await world.GetAsync("/logs")).Text, StringComparison.Ordinal);
        Assert.Contains("data-follow=", (await world.GetAsync("/logs?query=nothing")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-follow=", (await world.GetAsync($"/logs?start={from}&end={until}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-follow=", (await world.GetAsync("/logs?query=%7B")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_volume_leads_to_what_was_written_before_and_never_into_the_future()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy, ListLogSource.Line(PortalWorld.Now.AddMinutes(-17), "recent"), ListLogSource.Line(PortalWorld.Now.AddMinutes(-100), "older"));
        var page = (await world.GetAsync("/logs")).Text;
        Assert.DoesNotContain(">Later</a>", page, StringComparison.Ordinal);
        Assert.Equal(["recent", "older"], TextsOf((await world.GetAsync(AddressOf(page, "Wider"))).Text));
        var earlier = (await world.GetAsync(AddressOf(page, "Earlier"))).Text;
        Assert.Equal(["older"], TextsOf(earlier));
        Assert.Equal(["recent"], TextsOf((await world.GetAsync(AddressOf(earlier, "Later"))).Text));
    }

    [Theory]
    [InlineData("/alerts/b7c41f0a9d2e6635", "Error lines")]
    [InlineData("/runs/r1", "Error lines of this run")]
    public async Task From_an_alert_and_from_a_run_one_click_leads_to_exactly_its_error_lines(string address, string link)
    {
        var failed = new DateTimeOffset(2026, 11, 21, 3, 14, 5, TimeSpan.Zero);
        await using var world = await PortalWorld.StartAsync(Recorded.Busy,
            OfRun("48211", failed, "Database error in model fct_orders", severity: 17), OfRun("48211", failed.AddSeconds(-1), "started", severity: 9),
            OfRun("48210", failed, "another run's error", severity: 17), OfRun("48211", failed, "of another pipeline", severity: 17, pipeline: "load"),
            OfRun("48211", failed.AddDays(-1), "of yesterday", severity: 17));
        var page = (await world.GetAsync(address)).Text;

        Assert.Equal(["Database error in model fct_orders"], TextsOf((await world.GetAsync(AddressOf(page, link))).Text));
    }

    [Fact]
    public async Task An_alert_without_a_run_leads_to_the_bad_lines_of_what_its_labels_name()
    {
        await using var world = await PortalWorld.StartAsync(Recorded.Busy,
            ListLogSource.Line(new DateTimeOffset(2026, 11, 21, 3, 22, 0, TimeSpan.Zero), "bad in dev", environment: "dev", severity: 17),
            ListLogSource.Line(new DateTimeOffset(2026, 11, 21, 3, 22, 0, TimeSpan.Zero), "good in dev", environment: "dev"),
            ListLogSource.Line(new DateTimeOffset(2026, 11, 21, 3, 22, 0, TimeSpan.Zero), "bad in prod", severity: 17));
        var page = (await world.GetAsync("/alerts/00000000000000de")).Text;

        Assert.Equal(["bad in dev"], TextsOf((await world.GetAsync(AddressOf(page, "Error lines"))).Text));
        // Nothing says whose lines those of a closed alert with an environment alone would be.
        Assert.DoesNotContain("Error lines", (await world.GetAsync("/alerts/00000000000000cc")).Text, StringComparison.Ordinal);
    }

    private static LogRecord OfRun(string runId, DateTimeOffset at, string body, int severity, string pipeline = "orders_daily") =>
        ListLogSource.Line(at, body, pipeline: pipeline, severity: severity) with { Attributes = [new Label("cicd_pipeline_run_id", runId)] };

    // The first link with these words.
    private static string AddressOf(string page, string words)
    {
        var link = Regex.Matches(page, "<a [^>]*href=\"([^\"]+)\"[^>]*>([^<]*)").FirstOrDefault(match => match.Groups[2].Value.Trim() == words);
        Assert.True(link is not null, $"no link says '{words}'");
        return WebUtility.HtmlDecode(link.Groups[1].Value);
    }

    // The lines that are shown, newest first, without what is said to screen readers alone.
    private static List<string> TextsOf(string page) =>
        [.. Regex.Matches(Regex.Replace(page, "<span class=\"sr\">.*?</span>|</?mark>", "", RegexOptions.Singleline), "<span class=\"m\">(.*?)</span>", RegexOptions.Singleline).Select(static match => WebUtility.HtmlDecode(match.Groups[1].Value).Trim())];
}
