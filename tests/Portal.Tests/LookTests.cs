using System.Globalization;
using System.Text.RegularExpressions;
using Observability.TestKit;

namespace Observability.Portal.Tests;

/// <summary>The promises of the look that can be computed from the tokens.</summary>
public sealed class LookTests
{
    private static readonly string[] Texts = ["ink", "ink-2", "ink-3", "accent", "critical", "error", "warning", "info", "succeeded", "failed", "running", "queued", "timed-out", "partial", "cancelled", "skipped"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Text_is_readable_on_every_ground_it_stands_on(bool dark)
    {
        var tokens = Tokens(dark);
        var pairs = Texts.SelectMany(text => new[] { "bg", "surface", "sunk", "hover" }.Select(ground => (text, ground)))
            .Concat(new[] { "critical", "error", "warning", "info" }.Select(severity => (severity, severity + "-soft")))
            .Concat(new[] { "prod", "staging", "dev", "pr", "unknown" }.Select(environment => (environment, environment + "-plate")));

        Assert.All(pairs, pair => Assert.True(Contrast(tokens[pair.Item1], tokens[pair.Item2]) >= 4.5, $"{pair.Item1} on {pair.Item2}: {Contrast(tokens[pair.Item1], tokens[pair.Item2]):0.00}"));
    }

    private static Dictionary<string, string> Tokens(bool dark)
    {
        var css = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "src/Portal/wwwroot/styles/tokens.css"));
        var parts = css.Split("@media (prefers-color-scheme:dark)");
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in dark ? parts : parts[..1])
        {
            foreach (Match token in Regex.Matches(part, "--([a-z0-9-]+):\\s*(#[0-9A-Fa-f]{6})"))
            {
                tokens[token.Groups[1].Value] = token.Groups[2].Value;
            }
        }
        return tokens;
    }

    // WCAG 2.2, "contrast ratio" and "relative luminance".
    private static double Contrast(string left, string right)
    {
        var (light, dark) = (Math.Max(Luminance(left), Luminance(right)), Math.Min(Luminance(left), Luminance(right)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(string colour) => (0.2126 * Channel(colour, 1)) + (0.7152 * Channel(colour, 3)) + (0.0722 * Channel(colour, 5));

    private static double Channel(string colour, int start)
    {
        var value = int.Parse(colour.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
