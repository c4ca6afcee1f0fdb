using Microsoft.Playwright;
using Observability.EndToEnd.Tests.Shapes;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>The Portal over the demo, in Debian's Chromium: every page at a desk and on a phone, in light and dark.</summary>
public sealed class PortalInBrowserTests
{
    private const string Chromium = "/usr/bin/chromium";

    [Fact]
    public async Task Every_page_fits_its_screen_and_the_keys_lead_around()
    {
        Assert.SkipUnless(File.Exists(Chromium), "needs chromium: /usr/bin/chromium is missing");
        await using var shape = await StandaloneShape.StartAsync(configuration: "", "--demo");
        await Eventually.TrueAsync(async () => (await shape.Client.GetStringAsync(new Uri("/api/v1/notices", UriKind.Relative))).Length > 2, TimeSpan.FromSeconds(60), shape.Output);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        foreach (var (width, height, scheme) in ((int, int, ColorScheme)[])[(1440, 900, ColorScheme.Light), (1440, 900, ColorScheme.Dark), (390, 844, ColorScheme.Light), (390, 844, ColorScheme.Dark)])
        {
            await using var context = await browser.NewContextAsync(new BrowserNewContextOptions
            {
                BaseURL = shape.Url.ToString(),
                ViewportSize = new ViewportSize { Width = width, Height = height },
                ColorScheme = scheme,
            });
            var page = await context.NewPageAsync();
            var faults = new List<string>();
            page.PageError += (_, fault) => faults.Add(fault);
            foreach (var address in (string[])["/", "/runs", "/logs", "/notices", "/sources"])
            {
                await page.GotoAsync(address);
                Assert.Equal(1, await page.Locator("h1").CountAsync());
                var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(overflow <= 0, $"{address} at {width}x{height} scrolls {overflow} px sideways");
                await SaveAsync(page, address, width, scheme);
            }
            Assert.True(faults.Count == 0, string.Join('\n', faults));
        }
        await KeysAsync(browser, shape);
    }

    private static async Task KeysAsync(IBrowser browser, Shape shape)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = shape.Url.ToString() });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        // A first visit loads once more to take up the reader's zone; keys pressed meanwhile go with the page that is left.
        var reached = false;
        for (var attempt = 0; attempt < 5 && !reached; attempt++)
        {
            await page.Keyboard.PressAsync("g");
            await page.Keyboard.PressAsync("r");
            reached = await Eventually.BecomesTrueAsync(() => Task.FromResult(page.Url.Contains("/runs", StringComparison.Ordinal)), TimeSpan.FromSeconds(3));
        }
        Assert.True(reached, $"g r did not lead to Runs, the page is {page.Url}");
    }

    // Kept beside the test results, to be looked at.
    private static Task SaveAsync(IPage page, string address, int width, ColorScheme scheme)
    {
        var name = $"{(address == "/" ? "now" : address.Trim('/'))}-{width}-{(scheme == ColorScheme.Dark ? "dark" : "light")}.png";
        return page.ScreenshotAsync(new PageScreenshotOptions { Path = RepositoryRoot.PathOf($"artifacts/screenshots/{name}") });
    }
}
