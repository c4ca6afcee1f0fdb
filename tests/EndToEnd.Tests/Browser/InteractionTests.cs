using Microsoft.Playwright;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>What people do on the pages: open, filter, search, go back, send.</summary>
[Collection(PortalStage.Collection)]
public sealed class InteractionTests(PortalStage stage)
{
    [Fact]
    public async Task An_opened_row_stands_in_the_address_back_closes_it_and_a_reload_keeps_it()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/runs");
        await page.GotoAsync("/");
        var opened = page.Locator("details.al[open]");
        await page.Locator("details.al > summary").First.ClickAsync();
        await page.HasInAddressAsync($"open={stage.Fingerprint}");
        await Assertions.Expect(opened.Locator(".a-err")).ToContainTextAsync("fct_orders failed");
        await page.ReloadAsync();
        await Assertions.Expect(opened).ToHaveCountAsync(1);
        await page.GoBackAsync();
        await Assertions.Expect(opened).ToHaveCountAsync(0);
        await page.GoForwardAsync();
        await Assertions.Expect(opened).ToHaveCountAsync(1);
        // Closing with a click leaves nothing behind that Back would have to be pressed for twice.
        await page.Locator("details.al > summary").First.ClickAsync();
        await page.HasNotInAddressAsync("open=");
        await page.GoBackAsync();
        await page.IsAtAsync("/runs");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Two_quick_clicks_on_a_row_leave_it_closed_and_the_page_whole()
    {
        var faults = new List<string>();
        var page = await stage.OpenAsync(faults);
        await page.GotoAsync("/");
        await page.Locator("details.al > summary").First.DblClickAsync();
        await Assertions.Expect(page.Locator("details.al[open]")).ToHaveCountAsync(0);
        await page.HasNotInAddressAsync("open=");
        await page.Context.CloseAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_chosen_environment_stays_in_the_address_of_every_page()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/");
        await page.Locator(".envs").GetByText("dev").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("in dev");
        await Assertions.Expect(page.Locator(".env.prod")).ToHaveCountAsync(0);
        foreach (var (place, path) in ((string, string)[])[("Runs", "/runs"), ("Logs", "/logs"), ("Notices", "/notices"), ("Sources", "/sources"), ("Now", "/")])
        {
            await page.Locator(".nav").GetByText(place).ClickAsync();
            await page.IsAtAsync(path + "?environment=dev");
        }
        await page.Locator(".nav").GetByText("Notices").ClickAsync();
        await Assertions.Expect(page.Locator(".nt .plate.prod")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".nt .plate.dev")).Not.ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_wrong_query_is_shown_with_its_position_and_can_be_mended_in_place()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/logs?range=24h");
        var box = page.Locator("textarea[name=query]");
        await box.FillAsync("{environment=\"prod\"\n| json");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(page.Locator("#query-error")).ToContainTextAsync("Line 2, column 1");
        await Assertions.Expect(page.Locator("#query-error pre")).ToHaveTextAsync("| json\n^");
        await Assertions.Expect(box).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(box).ToHaveValueAsync("{environment=\"prod\"\n| json");
        await box.FillAsync("{environment=\"prod\"}");
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("errors");
        Assert.Contains("range=24h", page.Url, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Words_become_marks_conditions_can_be_dropped_and_an_empty_answer_offers_more()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/logs?range=24h");
        await page.Locator("textarea[name=query]").FillAsync("discount_pct");
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(page.Locator(".lines mark").First).ToHaveTextAsync("discount_pct");
        var before = await page.Locator(".ln").CountAsync();
        await page.Locator(".chip").GetByText("discount_pct").ClickAsync();
        await Assertions.Expect(page.Locator(".lines mark")).ToHaveCountAsync(0);
        await page.WaitForFunctionAsync("before => document.querySelectorAll('.ln').length > before", before);
        await page.GotoAsync("/logs?range=15m&query=discount_pct_that_nobody_wrote");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("No line matches");
        await page.GetByRole(AriaRole.Link, new() { Name = "last 7 days" }).ClickAsync();
        await page.HasInAddressAsync("range=7d");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_changed_time_range_asks_again_and_a_permalink_says_the_same_later()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/logs?query=failed&range=24h");
        var answer = await page.Locator("h1").TextContentAsync();
        await page.Locator("select[name=range]").SelectOptionAsync("15m");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await page.HasInAddressAsync("range=15m");
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Permalink" }).ClickAsync();
        await page.HasInAddressAsync("start=");
        await page.HasInAddressAsync("end=");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(answer!);
        await page.Locator(".ln").First.ClickAsync();
        await page.HasInAddressAsync("open=");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".lines details[open]")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Show in context" }).ClickAsync();
        await Assertions.Expect(page.Locator(".ln").First).ToBeVisibleAsync();
        // From a range that a link fixed back to one that follows the clock.
        await page.Locator("select[name=range]").SelectOptionAsync("1h");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await page.HasInAddressAsync("range=1h");
        await Assertions.Expect(page.Locator("select[name=range]")).ToHaveValueAsync("1h");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_notice_shows_Slack_and_mail_beside_each_other_as_long_as_they_are()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync($"/notices/{stage.NoticeId}");
        var (slack, mail) = (await page.Locator(".slack").BoundingBoxAsync(), await page.Locator(".mail").BoundingBoxAsync());
        Assert.True(mail!.X >= slack!.X + slack.Width, "the mail stands right of Slack");
        await Assertions.Expect(page.Locator(".slack")).ToContainTextAsync("discount_pct");
        await Assertions.Expect(page.FrameLocator(".mail iframe").Locator("h1")).ToContainTextAsync("orders_hourly");
        const string Heights = "() => { const f = document.querySelector('.mail iframe'); return [f.clientHeight, Math.ceil(f.contentDocument.documentElement.getBoundingClientRect().height)]; }";
        await page.WaitForFunctionAsync($"() => {{ const [frame, mail] = ({Heights})(); return frame === mail && mail > 300; }}");
        await page.SetViewportSizeAsync(390, 844);
        await page.WaitForFunctionAsync($"() => {{ const [frame, mail] = ({Heights})(); return frame === mail && mail > 300; }}");
        await page.GetByText("All notices").ClickAsync();
        await page.IsAtAsync("/notices");
        await Assertions.Expect(page.Locator(".slack")).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_test_is_sent_once_for_two_clicks_and_leads_to_its_notice()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/notices");
        var sent = 0;
        page.Request += (_, request) => sent += request.Url.EndsWith("/api/v1/notices/test", StringComparison.Ordinal) ? 1 : 0;
        await page.Locator("#receiver").SelectOptionAsync("fallback");
        await page.EvaluateAsync("() => { const button = document.querySelector('[data-test] button'); button.click(); button.click(); }");
        await Assertions.Expect(page.Locator("[data-test] output")).ToContainTextAsync("preview: kept for preview");
        Assert.Equal(1, sent);
        await page.Locator("[data-test] output a").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Test of fallback");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_hangs_together_is_linked_both_ways()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync($"/alerts/{stage.Fingerprint}");
        await page.Locator(".why").GetByText("reported run").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("failed in fct_orders");
        await Assertions.Expect(page.Locator(".strip")).ToContainTextAsync("32 % longer than usual (11 min 51 s)");
        await Assertions.Expect(page.Locator(".steps .u")).Not.ToHaveCountAsync(0);
        await page.Locator(".err ul").GetByText("fires for").ClickAsync();
        await page.HasInAddressAsync($"/alerts/{stage.Fingerprint}");
        await page.Locator(".events").GetByText("Kept for prod").First.ClickAsync();
        await Assertions.Expect(page.Locator(".slack")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Open alert" }).First.ClickAsync();
        await page.HasInAddressAsync($"/alerts/{stage.Fingerprint}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Logs around it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".lines")).ToContainTextAsync("discount_pct");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_first_load_moves_nothing_and_stays_below_250_KB()
    {
        var page = await stage.OpenAsync([]);
        await page.AddInitScriptAsync("window.shifts = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value; }).observe({ type: 'layout-shift', buffered: true });");
        await page.GotoAsync("/", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        var bytes = await page.EvaluateAsync<int>("() => performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource')).reduce((sum, entry) => sum + entry.transferSize, 0)");
        Assert.InRange(bytes, 10_000, 250 * 1024);
        Assert.Equal(0, await page.EvaluateAsync<double>("() => window.shifts"));
        await page.GotoAsync("/runs", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        var next = await page.EvaluateAsync<int>("() => performance.getEntriesByType('resource').filter(entry => entry.transferSize > 0).length");
        Assert.True(next == 0, $"the second page loaded {next} more files");
        await page.Context.CloseAsync();
    }
}
