using Microsoft.Playwright;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>What a page does while the system under it changes: the first event, new alerts, a service that goes away.</summary>
[Collection(PortalStage.Collection)]
public sealed class LiveTests(PortalStage stage)
{
    [Fact]
    public async Task The_first_run_gives_three_ways_and_the_first_event_replaces_them_without_a_reload()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        var faults = new List<string>();
        var page = await stage.OpenAsync(faults, shape: shape);
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Nothing has reported yet");
        await Assertions.Expect(page.Locator(".first > li")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#curl")).ToContainTextAsync($"curl {shape.Url.ToString().TrimEnd('/')}/webhooks/run");
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the curl command" }).ClickAsync();
        var command = await page.EvaluateAsync<string>("navigator.clipboard.readText()");

        // What was copied works as it stands in a shell.
        using (var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", command + " --silent --show-error --fail"]) { RedirectStandardOutput = true, UseShellExecute = false })!)
        {
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, shell.ExitCode);
        }
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("One critical alert in prod is waiting for somebody");
        await Assertions.Expect(page.Locator("details.al")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task New_alerts_wait_for_a_press_and_close_nothing_that_is_open()
    {
        await using var shape = await StandaloneShape.StartAsync(configuration: "");
        await PortalRuns.ReportFailureAsync(shape.Client, "fx_rates");
        await Eventually.TrueAsync(async () => (await shape.Client.GetStringAsync(new Uri("/api/v1/alerts", UriKind.Relative))).Contains("fx_rates", StringComparison.Ordinal), TimeSpan.FromSeconds(60), shape.Output);
        var faults = new List<string>();
        var page = await stage.OpenAsync(faults, shape: shape);
        await page.GotoAsync("/");
        var first = page.Locator("details.al").First;
        await first.Locator("summary").ClickAsync();
        await page.EvaluateAsync("() => { document.querySelector('details.al').mark = 'the same element'; }");
        await PortalRuns.ReportFailureAsync(shape.Client, "stock_levels");

        var pill = page.Locator("#pill");
        await Assertions.Expect(pill).ToHaveTextAsync("1 new, show");
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("1 new");
        await Assertions.Expect(page.Locator("details.al")).ToHaveCountAsync(1);
        await Assertions.Expect(first).ToHaveAttributeAsync("open", "");
        Assert.Equal("the same element", await page.EvaluateAsync<string>("() => document.querySelector('details.al').mark"));
        await pill.ClickAsync();
        await Assertions.Expect(page.Locator("details.al")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("details.al[open]")).ToContainTextAsync("fx_rates");
        await Assertions.Expect(pill).ToBeHiddenAsync();
        await page.Context.CloseAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_system_that_stopped_answering_leaves_the_page_and_says_since_when()
    {
        var shape = await StandaloneShape.StartAsync(configuration: "");
        await using var _ = shape;
        await PortalRuns.ReportFailureAsync(shape.Client, "fx_rates");
        await Eventually.TrueAsync(async () => (await shape.Client.GetStringAsync(new Uri("/api/v1/alerts", UriKind.Relative))).Contains("fx_rates", StringComparison.Ordinal), TimeSpan.FromSeconds(60), shape.Output);
        var page = await stage.OpenAsync([], shape: shape);
        await page.GotoAsync("/");
        // The system answers nothing any more, as behind a cable that was pulled.
        await page.Context.RouteAsync("**/*", route => route.AbortAsync());
        var line = page.Locator("#not-live");
        await Assertions.Expect(line).ToBeVisibleAsync();
        await Assertions.Expect(line).ToContainTextAsync("Not live since");
        await Assertions.Expect(page.Locator("details.al")).ToHaveCountAsync(1);
        await page.Context.UnrouteAllAsync();
        await Assertions.Expect(line).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_portal_whose_services_are_away_says_for_each_part_what_cannot_be_read_and_what_still_works()
    {
        var url = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var nowhere = $"http://127.0.0.1:{FreePorts.Next()}";
        var start = new ProductStart("Portal", new Uri(url, "/alive")).With("ASPNETCORE_URLS", url.ToString().TrimEnd('/')).With("ConnectionStrings__elasticsearch", nowhere)
            .With("services__collector__http__0", nowhere).With("services__rule-engine__http__0", nowhere).With("services__notifier__http__0", nowhere);
        await using var portal = await ProductProcess.StartAsync(start, TestContext.Current.CancellationToken);
        var page = await stage.OpenAsync([]);

        foreach (var (path, heading, problem) in ((string, string, string)[])
            [("/", "Alerts cannot be read", "Slack and mail go on by themselves"), ("/runs", "Runs cannot be read", "taken in"), ("/logs", "Logs cannot be read", "are kept"), ("/notices", "Notices", "will be delivered"), ("/sources", "Sources cannot be read", "alerts go on")])
        {
            await page.GotoAsync(new Uri(url, path).ToString());
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(heading);
            await Assertions.Expect(page.Locator("main [role=alert]").First).ToContainTextAsync(problem);
            await Assertions.Expect(page.Locator(".nav")).ToBeVisibleAsync();
        }
        var loki = await page.APIRequest.GetAsync(new Uri(url, "/loki/api/v1/labels").ToString());
        Assert.Equal(503, loki.Status);
        Assert.Contains("the log store does not answer", await loki.TextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }
}
