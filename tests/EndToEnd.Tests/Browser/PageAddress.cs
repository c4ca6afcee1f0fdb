using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Observability.EndToEnd.Tests.Browser;

/// <summary>
/// Waits for the page that an action leads to. Playwright's own wait for an address reads the address first and listens for changes then, and misses a page that
/// arrives between the two, as it does on a busy machine; these ask again until the answer is right.
/// </summary>
internal static class PageAddress
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The page of exactly this path and query, loaded and with its scripts listening.</summary>
    public static async Task IsAtAsync(this IPage page, string pathAndQuery)
    {
        await Assertions.Expect(page).ToHaveURLAsync(pathAndQuery);
        await page.HasLoadedAsync();
    }

    /// <summary>A page with this text in its address, loaded and with its scripts listening.</summary>
    public static async Task HasInAddressAsync(this IPage page, string text)
    {
        await Assertions.Expect(page).ToHaveURLAsync(Containing(text));
        await page.HasLoadedAsync();
    }

    /// <summary>A page without this text in its address, loaded and with its scripts listening.</summary>
    public static async Task HasNotInAddressAsync(this IPage page, string text)
    {
        await Assertions.Expect(page).Not.ToHaveURLAsync(Containing(text));
        await page.HasLoadedAsync();
    }

    /// <summary>A page can be read and clicked before its scripts listen.</summary>
    public static Task HasLoadedAsync(this IPage page) => page.WaitForFunctionAsync("() => document.readyState === 'complete'");

    private static Regex Containing(string text) => new(Regex.Escape(text), RegexOptions.None, MatchTimeout);
}
