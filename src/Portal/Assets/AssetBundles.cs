namespace Observability.Portal.Assets;

/// <summary>
/// What is served as one file and which sources it is made of, in this order. The sources are split by what they style or do; a page makes one request for
/// all styles and one for all scripts.
/// </summary>
internal static class AssetBundles
{
    public const string Styles = "portal.css";

    public const string Scripts = "portal.js";

    public static IReadOnlyList<(string Name, IReadOnlyList<string> Parts)> All { get; } =
    [
        (Styles, ["styles/tokens.css", "styles/base.css", "styles/frame.css", "styles/parts.css", "styles/now.css", "styles/runs.css", "styles/run.css", "styles/logs.css", "styles/lines.css", "styles/notices.css"]),
        // They share one scope: page.js names what the others use.
        (Scripts, ["scripts/page.js", "scripts/zone.js", "scripts/rows.js", "scripts/live.js", "scripts/notices.js", "scripts/brush.js", "scripts/completion.js", "scripts/tail.js", "scripts/keys.js"]),
    ];
}
