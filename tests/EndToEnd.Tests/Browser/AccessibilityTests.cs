using Microsoft.Playwright;
using Observability.TestKit;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>Every page at a desk, on a phone and at the narrowest width that WCAG asks for, in light and dark.</summary>
[Collection(PortalStage.Collection)]
public sealed class AccessibilityTests(PortalStage stage)
{
    /// <summary>More than any page has: a test that never came round would wait for ever.</summary>
    private const int MostTabStops = 150;

    private static readonly string Rules = File.ReadAllText(RepositoryRoot.PathOf("tests/EndToEnd.Tests/Browser/accessibility.js"));

    [Theory]
    [InlineData(1440, 900, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    [InlineData(320, 640, ColorScheme.Light)]
    public async Task Every_page_can_be_read_named_reached_and_fits(int width, int height, ColorScheme scheme)
    {
        var faults = new List<string>();
        var page = await stage.OpenAsync(faults, width, height, scheme);
        foreach (var (name, address) in stage.Pages)
        {
            await page.GotoAsync(address);
            await SaveAsync(page, name, width, scheme);
            faults.AddRange((await page.EvaluateAsync<string[]>(Rules, width < 760)).Select(fault => $"{name}: {fault}"));
        }
        await page.Context.CloseAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task The_rules_find_what_they_look_for()
    {
        var page = await stage.OpenAsync([]);
        await page.SetContentAsync("""
            <html><body style="background:#fff"><main><h1>One</h1><h3>Deep</h3><a href="/x"><svg width="20" height="20"></svg></a><input id="twice"><p id="twice" style="color:#999">Pale!</p>
            <button style="height:10px;font-size:12px">Low</button><ul><p>no item</p></ul><div style="width:3000px">wide</div></main></body></html>
            """);
        var faults = await page.EvaluateAsync<string[]>(Rules, false);

        foreach (var expected in (string[])["no language", "no title", "no banner", "skip link", "h3 after h1", "no name: <a", "no name: <input", "id twice twice", "contrast 2.", "target", "holds what is no item", "sideways", "wording"])
        {
            Assert.True(faults.Any(fault => fault.Contains(expected, StringComparison.Ordinal)), $"'{expected}' was not found; found:\n{string.Join('\n', faults)}");
        }
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(1440, 900)]
    [InlineData(390, 844)]
    public async Task Tab_reaches_every_part_and_the_focus_is_always_seen(int width, int height)
    {
        var faults = new List<string>();
        var page = await stage.OpenAsync(faults, width, height);
        foreach (var (name, address) in stage.Pages)
        {
            await page.GotoAsync(address);
            var reached = new HashSet<string>(StringComparer.Ordinal);
            for (var stop = 0; stop < MostTabStops; stop++)
            {
                await page.Keyboard.PressAsync("Tab");
                var (where, fault) = Split(await page.EvaluateAsync<string>(FocusScript));
                if (where.Length == 0 || !reached.Add(where))
                {
                    break;
                }
                if (fault.Length > 0)
                {
                    faults.Add($"{name}: {fault}: {where}");
                }
            }
            Assert.True(reached.Count >= 8, $"{name}: Tab reaches only {reached.Count} parts");
        }
        await page.Context.CloseAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Every_page_is_complete_without_scripts()
    {
        var faults = new List<string>();
        var page = await stage.OpenAsync(faults, scripts: false);
        foreach (var (name, address) in stage.Pages)
        {
            await page.GotoAsync(address);
            Assert.True(await page.Locator("h1").CountAsync() == 1, name);
        }
        await page.GotoAsync("/");
        await page.Locator("details.al > summary").First.ClickAsync();
        await Assertions.Expect(page.Locator("details.al[open] .why li").First).ToBeVisibleAsync();
        await page.Locator("details.al[open]").GetByText("Open run").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("failed in fct_orders");
        await page.Context.CloseAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    // Where the focus is, and what is wrong with how it looks: no outline of 2 px on it or on the field around it, or something lies over it.
    private const string FocusScript = """
        () => {
          const element = document.activeElement;
          if (!element || element === document.body) return "";
          const index = [...document.querySelectorAll("*")].indexOf(element);
          const where = `${index} ${element.outerHTML.replace(/\s+/g, " ").slice(0, 100)}`;
          if (element.matches("iframe")) return where + "\n";
          const outlined = [element, element.closest(".search")].some(part => { const style = part && getComputedStyle(part); return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; });
          const box = element.getBoundingClientRect();
          const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + box.height / 2];
          const top = document.elementFromPoint(x, y);
          const covered = !element.closest("svg") && !(top && (element.contains(top) || top.contains(element)));
          return where + "\n" + (outlined ? "" : "no outline ") + (covered ? `covered by ${top ? top.outerHTML.slice(0, 60) : "the edge"}` : "");
        }
        """;

    private static (string Where, string Fault) Split(string answer) => answer.Split('\n') is [var where, var fault] ? (where, fault) : ("", "");

    // Kept beside the test results, to be looked at.
    private static Task SaveAsync(IPage page, string name, int width, ColorScheme scheme) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = RepositoryRoot.PathOf($"artifacts/screenshots/{name.Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-')}-{width}-{(scheme == ColorScheme.Dark ? "dark" : "light")}.png"), FullPage = width < 760 });
}
