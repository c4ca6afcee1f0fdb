using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>What the Logs page does beyond links: completion, a drag over the volume, live lines, context around a hit.</summary>
[Collection(PortalStage.Collection)]
public sealed class LogsTests(PortalStage stage)
{
    [Fact]
    public async Task The_query_box_completes_labels_values_and_stages_and_takes_nothing_that_was_not_chosen()
    {
        var faults = new List<string>();
        var page = await stage.OpenAsync(faults);
        await page.GotoAsync("/logs?range=24h");
        var (box, options) = (page.Locator("textarea[name=query]"), page.Locator("#suggestions li"));
        await box.ClickAsync();
        await page.Keyboard.TypeAsync("{pip");
        await Assertions.Expect(options).ToHaveTextAsync(["pipeline"]);
        await Assertions.Expect(box).ToHaveRoleAsync(AriaRole.Combobox);
        await Assertions.Expect(box).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(box).ToHaveAttributeAsync("aria-activedescendant", "suggestion-0");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(box).ToHaveValueAsync("{pipeline=\"");
        // What is taken is followed by what can come next: the values.
        await Assertions.Expect(options).ToHaveTextAsync(["finance_close", "orders_hourly"]);
        await page.Keyboard.TypeAsync("ord");
        await Assertions.Expect(options).ToHaveTextAsync(["orders_hourly"]);
        await options.First.ClickAsync();
        await Assertions.Expect(box).ToHaveValueAsync("{pipeline=\"orders_hourly\"");
        await page.Keyboard.TypeAsync(", environment=\"");
        await Assertions.Expect(options).ToHaveTextAsync(["dev", "prod"]);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#suggestions")).ToBeHiddenAsync();
        await Assertions.Expect(box).ToHaveAttributeAsync("aria-expanded", "false");
        await Assertions.Expect(box).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("dev\"} | log");
        await Assertions.Expect(options).ToHaveTextAsync(["logfmt"]);
        // Nothing is chosen, so this is the Enter that it always was.
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(box).ToHaveValueAsync("{pipeline=\"orders_hourly\", environment=\"dev\"} | log\n");
        await page.Keyboard.PressAsync("Backspace");
        await page.Keyboard.PressAsync("Control+ ");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.HasInAddressAsync("logfmt");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("line");
        Assert.Contains("range=24h", page.Url, StringComparison.Ordinal);
        await page.Context.CloseAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_value_that_needs_other_labels_is_offered_for_them_only()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/logs?range=24h");
        await page.Locator("textarea[name=query]").ClickAsync();
        await page.Keyboard.TypeAsync("{environment=\"dev\", pipeline=\"");
        await Assertions.Expect(page.Locator("#suggestions li")).ToHaveTextAsync(["orders_hourly"]);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_drag_over_the_volume_narrows_to_whole_bars_and_back_undoes_it()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/logs?range=6h");
        var chart = await page.Locator("svg.ch").BoundingBoxAsync();
        var (before, start, end) = (await page.Locator("h1").TextContentAsync(), await NumberAsync("start"), await NumberAsync("end"));
        var bar = (end - start) / 60;
        await page.Mouse.MoveAsync(chart!.X + (chart.Width * 10.5f / 60), chart.Y + 30);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(chart.X + (chart.Width * 15 / 60), chart.Y + 40);
        await page.Mouse.MoveAsync(chart.X + (chart.Width * 19.5f / 60), chart.Y + 40);
        await Assertions.Expect(page.Locator("svg.ch .shade")).ToHaveCountAsync(1);
        await page.Mouse.UpAsync();
        await page.HasInAddressAsync("start=");
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query);
        Assert.Equal((start + (10 * bar)).ToString("0", CultureInfo.InvariantCulture), query["start"]);
        Assert.Equal((start + (20 * bar)).ToString("0", CultureInfo.InvariantCulture), query["end"]);
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(before!);
        // The same without a pointer.
        await page.GetByRole(AriaRole.Link, new() { Name = "Earlier", Exact = true }).PressAsync("Enter");
        await page.HasInAddressAsync("end=");
        await page.Context.CloseAsync();

        async Task<double> NumberAsync(string name) => double.Parse((await page.Locator("svg.ch").GetAttributeAsync($"data-{name}"))!, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task With_Alt_a_value_is_left_out()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/logs?range=24h");
        await page.Locator(".fields a[data-without]").GetByText("dev").First.ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Alt] });
        await Assertions.Expect(page.Locator(".chip").First).ToContainTextAsync("not dev");
        await Assertions.Expect(page.Locator(".lines .plate.dev")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Live_lines_come_above_what_is_shown_and_wait_while_somebody_reads()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        var faults = new List<string>();
        var page = await OpenWithLineAsync(shape, "before", faults);
        var (toggle, lines, pill) = (page.GetByRole(AriaRole.Button, new() { Name = "Live" }), page.Locator(".lines .m"), page.Locator("#tail-new"));
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-pressed", "false");
        await page.Keyboard.PressAsync("t");
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("#tail-said")).ToHaveTextAsync("Waiting for the first new line");
        await PushAsync(shape, "<b>while live</b>");
        await Assertions.Expect(lines).ToHaveTextAsync(["<b>while live</b>", "before"]);
        await Assertions.Expect(page.Locator("#tail-said")).ToContainTextAsync("1 new since");

        // Pointed at: nothing moves under the finger. Elsewhere: what waited is shown.
        await page.Locator(".lines summary").Last.HoverAsync();
        await PushAsync(shape, "while pointed at");
        await Assertions.Expect(pill).ToHaveTextAsync("1 new, show");
        await Assertions.Expect(lines).ToHaveTextAsync(["<b>while live</b>", "before"]);
        await page.Locator("h1").HoverAsync();
        await Assertions.Expect(lines).ToHaveTextAsync(["while pointed at", "<b>while live</b>", "before"]);
        await Assertions.Expect(pill).ToBeHiddenAsync();

        // A line is open: it stays where it is until the others are asked for.
        await page.Locator(".lines summary").Last.ClickAsync();
        await PushAsync(shape, "while open");
        await Assertions.Expect(pill).ToHaveTextAsync("1 new, show");
        await Assertions.Expect(lines).ToHaveTextAsync(["while pointed at", "<b>while live</b>", "before"]);
        await pill.ClickAsync();
        await Assertions.Expect(lines).ToHaveTextAsync(["while open", "while pointed at", "<b>while live</b>", "before"]);
        await Assertions.Expect(pill).ToBeHiddenAsync();
        await Assertions.Expect(toggle).ToBeFocusedAsync();
        await page.Context.CloseAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_live_line_opens_like_any_other_and_leads_to_those_around_it()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        var page = await OpenWithLineAsync(shape, "before", []);
        await page.Keyboard.PressAsync("t");
        await Assertions.Expect(page.Locator("#tail-said")).ToHaveTextAsync("Waiting for the first new line");
        await PushAsync(shape, "while live");
        await Assertions.Expect(page.Locator(".lines .m")).ToHaveTextAsync(["while live", "before"]);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await page.HasInAddressAsync("open=");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".lines details[open] .m")).ToHaveTextAsync("while live");
        await page.Locator(".lines details[open]").GetByText("Show in context").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Lines around");
        await Assertions.Expect(page.Locator(".lines .hit .m")).ToContainTextAsync("while live");
        await Assertions.Expect(page.Locator("[data-follow]")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Before_the_first_line_a_page_that_is_live_waits_for_it()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        var page = await stage.OpenAsync([], shape: shape);
        await page.GotoAsync("/logs?query=rare");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("No line matches");
        await page.Keyboard.PressAsync("t");
        await Assertions.Expect(page.Locator("#tail-said")).ToHaveTextAsync("Waiting for the first new line");
        await PushAsync(shape, "common");
        await PushAsync(shape, "a rare one");
        await Assertions.Expect(page.Locator(".lines .m")).ToHaveTextAsync(["a rare one"]);
        await Assertions.Expect(page.Locator(".lines mark")).ToHaveTextAsync("rare");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("New lines");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Live_goes_on_after_the_server_was_away_without_losing_or_repeating_a_line()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        var page = await OpenWithLineAsync(shape, "before", []);
        await page.Keyboard.PressAsync("t");
        await Assertions.Expect(page.Locator("#tail-said")).ToHaveTextAsync("Waiting for the first new line");
        await PushAsync(shape, "while live");
        await Assertions.Expect(page.Locator(".lines .m")).ToHaveTextAsync(["while live", "before"]);
        // The page reaches nothing any more, while lines go on being written; one of them comes late.
        await shape.KillAndRestartAsync("standalone");
        await PushAsync(shape, "late", secondsAgo: 5);
        await PushAsync(shape, "after");
        await Assertions.Expect(page.Locator(".lines .m")).ToHaveCountAsync(4);
        Assert.Equal(["after", "before", "late", "while live"], (await page.Locator(".lines .m").AllTextContentsAsync()).Order(StringComparer.Ordinal));
        var times = await page.Locator(".lines details").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.key)");
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
        await Assertions.Expect(page.Locator("#tail-said")).ToContainTextAsync("3 new since");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_page_that_is_not_live_says_since_when_and_stops_when_it_is_told_to()
    {
        var page = await stage.OpenAsync([]);
        // The connection breaks as soon as it stands, as behind a proxy that lets no WebSocket through.
        await page.RouteWebSocketAsync(new Regex("/logs/live"), socket => _ = socket.CloseAsync());
        await page.GotoAsync("/logs?range=24h");
        var (toggle, said) = (page.GetByRole(AriaRole.Button, new() { Name = "Live" }), page.Locator("#tail-said"));
        await toggle.ClickAsync();
        await Assertions.Expect(said).ToContainTextAsync("connecting again");
        await toggle.ClickAsync();
        await Assertions.Expect(toggle).ToHaveAttributeAsync("aria-pressed", "false");
        await Assertions.Expect(said).ToHaveTextAsync(new Regex("^Not live since [0-9:]+ UTC$"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_page_connects_to_its_own_address_only()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/logs");
        await page.EvaluateAsync("""
            () => {
                document.addEventListener("securitypolicyviolation", event => { window.refusedBy = event.effectiveDirective; });
                try { new WebSocket("ws://127.0.0.1:9/"); } catch { /* Some browsers throw as well. */ }
            }
            """);
        await page.WaitForFunctionAsync("() => window.refusedBy === 'connect-src'");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task From_an_alert_one_click_leads_to_its_error_lines_and_one_more_to_those_around()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync($"/alerts/{stage.Fingerprint}");
        await page.Keyboard.PressAsync("l");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("of them errors");
        await Assertions.Expect(page.Locator(".ln:not(.e)")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".lines")).ToContainTextAsync("discount_pct");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("c");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Lines around");
        await Assertions.Expect(page.Locator(".hit").First).ToBeInViewportAsync();
        await Assertions.Expect(page.Locator(".ln:not(.e)")).Not.ToHaveCountAsync(0);

        await page.GotoAsync($"/runs/{stage.RunId}");
        await page.GetByText("Error lines of this run").ClickAsync();
        await Assertions.Expect(page.Locator(".lines")).ToContainTextAsync("discount_pct");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_time_is_typed_without_scripts_too()
    {
        var page = await stage.OpenAsync([], scripts: false);
        await page.GotoAsync("/logs?range=24h");
        await page.Locator(".when > summary").ClickAsync();
        await page.GetByLabel("From", new() { Exact = true }).FillAsync("2026-01-02T03:04");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("2026-01-02T05:06");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("No line matches");
        await Assertions.Expect(page.Locator(".note")).ToContainTextAsync("2 Jan 03:04 to 2 Jan 05:07 UTC");
        await page.Context.CloseAsync();
    }

    // The Logs page of a system that has one line.
    private async Task<IPage> OpenWithLineAsync(StandaloneShape shape, string line, List<string> faults)
    {
        await PushAsync(shape, line);
        await Eventually.TrueAsync(async () => (await shape.Client.GetStringAsync(new Uri("/logs", UriKind.Relative))).Contains(line, StringComparison.Ordinal), TimeSpan.FromSeconds(60), shape.Output);
        var page = await stage.OpenAsync(faults, shape: shape);
        await page.GotoAsync("/logs");
        return page;
    }

    private static async Task PushAsync(Shape shape, string line, int secondsAgo = 0)
    {
        var at = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - (secondsAgo * 1_000)).ToString(CultureInfo.InvariantCulture) + "000000";
        using var response = await shape.Client.PostAsJsonAsync(new Uri("/v1/logs", UriKind.Relative), new
        {
            resourceLogs = new[]
            {
                new
                {
                    resource = new { attributes = new[] { Attribute("service.name", "loader"), Attribute("deployment.environment.name", "production") } },
                    scopeLogs = new[] { new { logRecords = new[] { new { timeUnixNano = at, severityNumber = 9, body = new { stringValue = line } } } } },
                },
            },
        });
        response.EnsureSuccessStatusCode();

        static object Attribute(string key, string value) => new { key, value = new { stringValue = value } };
    }
}
