using Microsoft.Playwright;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>Every page by keys alone.</summary>
[Collection(PortalStage.Collection)]
public sealed class KeyboardTests(PortalStage stage)
{
    [Theory]
    [InlineData("n", "/")]
    [InlineData("r", "/runs")]
    [InlineData("l", "/logs")]
    [InlineData("t", "/notices")]
    [InlineData("c", "/sources")]
    public async Task G_and_a_letter_lead_to_a_page_and_keep_the_environment(string letter, string path)
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/alerts/0000000000000000?environment=prod");
        await PressAsync(page, "g", letter);
        await page.IsAtAsync(path + "?environment=prod");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_slash_goes_into_the_search_and_escape_leaves_it()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/");
        await PressAsync(page, "/");
        await Assertions.Expect(page.Locator(".search input")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("jkzg");
        await PressAsync(page, "Escape");
        await Assertions.Expect(page.Locator(".search input")).Not.ToBeFocusedAsync();
        await Assertions.Expect(page.Locator(".search input")).ToHaveValueAsync("jkzg");
        await page.GotoAsync("/logs?range=24h");
        await PressAsync(page, "/");
        await Assertions.Expect(page.Locator("textarea[name=query]")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("fct_orders");
        await PressAsync(page, "Control+Enter");
        await page.HasInAddressAsync("query=fct_orders");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task J_and_k_move_enter_opens_and_escape_closes()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/");
        var rows = page.Locator("details.al > summary");
        await PressAsync(page, "j");
        await Assertions.Expect(rows.Nth(0)).ToBeFocusedAsync();
        await PressAsync(page, "j");
        await Assertions.Expect(rows.Nth(1)).ToBeFocusedAsync();
        await PressAsync(page, "k");
        await PressAsync(page, "k");
        await Assertions.Expect(rows.Nth(0)).ToBeFocusedAsync();
        await PressAsync(page, "Enter");
        await Assertions.Expect(page.Locator("details.al[open]")).ToHaveCountAsync(1);
        await PressAsync(page, "Tab", "Escape");
        await Assertions.Expect(page.Locator("details.al[open]")).ToHaveCountAsync(0);
        await Assertions.Expect(rows.Nth(0)).ToBeFocusedAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task O_opens_the_run_of_a_row_and_w_says_why()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync($"/?open={stage.Fingerprint}");
        await PressAsync(page, "o");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("orders_hourly failed in fct_orders");
        await page.GoBackAsync();
        await PressAsync(page, "w");
        await page.HasInAddressAsync($"/alerts/{stage.Fingerprint}");
        await PressAsync(page, "w");
        await Assertions.Expect(page.Locator("#why")).ToBeFocusedAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task E_keeps_the_environment_of_the_row_only_and_digits_choose_one()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/");
        await PressAsync(page, "j", "e");
        await page.HasInAddressAsync("environment=prod");
        await PressAsync(page, "0");
        await page.HasNotInAddressAsync("environment=");
        await PressAsync(page, "2");
        await page.HasInAddressAsync("environment=dev");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task On_a_run_brackets_walk_the_runs_n_finds_the_failed_step_and_l_the_lines()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync($"/runs/{stage.RunId}");
        await PressAsync(page, "n");
        await Assertions.Expect(page.Locator(".steps tr.bad")).ToBeFocusedAsync();
        await PressAsync(page, "l");
        await Assertions.Expect(page.Locator("#lines")).ToBeFocusedAsync();
        await PressAsync(page, "[");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("orders_hourly succeeded");
        await PressAsync(page, "]");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("failed in fct_orders");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Arrows_walk_the_cells_of_a_pipeline_and_f_leaves_those_that_are_not_well()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/runs");
        await PressAsync(page, "j", "ArrowLeft");
        var cells = page.Locator("tbody tr").First.Locator(".hist a");
        await Assertions.Expect(cells.Last).ToBeFocusedAsync();
        await PressAsync(page, "ArrowLeft");
        await Assertions.Expect(cells.Nth(await cells.CountAsync() - 2)).ToBeFocusedAsync();
        await PressAsync(page, "ArrowRight", "ArrowRight");
        await Assertions.Expect(page.Locator("tbody tr").First.Locator("[data-row]")).ToBeFocusedAsync();
        await PressAsync(page, "f");
        await page.HasInAddressAsync("show=failing");
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("finance_close");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_question_mark_lists_the_keys_and_they_can_be_turned_off()
    {
        var page = await stage.OpenAsync([]);
        await page.GotoAsync("/");
        await PressAsync(page, "?");
        await Assertions.Expect(page.Locator("#keys")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#keys")).ToContainTextAsync("Open the run of the row");
        await PressAsync(page, "j");
        await Assertions.Expect(page.Locator("details.al > summary").First).Not.ToBeFocusedAsync();
        await page.GetByLabel("Single-letter keys").UncheckAsync();
        await PressAsync(page, "Escape");
        await Assertions.Expect(page.Locator("#keys")).ToBeHiddenAsync();
        await PressAsync(page, "j");
        await Assertions.Expect(page.Locator("details.al > summary").First).Not.ToBeFocusedAsync();
        // The next page remembers it, and the list of keys turns them on again.
        await page.GotoAsync("/runs");
        await PressAsync(page, "g", "n");
        Assert.EndsWith("/runs", page.Url, StringComparison.Ordinal);
        await PressAsync(page, "?");
        await page.GetByLabel("Single-letter keys").CheckAsync();
        await PressAsync(page, "Escape", "g", "n");
        await page.IsAtAsync("/");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Z_switches_to_UTC_and_back_and_y_copies_what_is_open()
    {
        var page = await stage.OpenAsync([], zone: "Europe/Berlin");
        await page.GotoAsync("/");
        var zone = page.Locator("[data-zone]");
        await Assertions.Expect(zone).ToContainTextAsync("UTC+");
        await PressAsync(page, "z");
        await Assertions.Expect(zone).ToHaveTextAsync("UTC");
        await PressAsync(page, "z");
        await Assertions.Expect(zone).ToContainTextAsync("UTC+");
        await page.GotoAsync($"/?open={stage.Fingerprint}");
        await PressAsync(page, "y");
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("Copied");
        Assert.Equal(page.Url, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.Context.CloseAsync();
    }

    private static async Task PressAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.HasLoadedAsync();
            await page.Keyboard.PressAsync(key);
        }
    }
}
