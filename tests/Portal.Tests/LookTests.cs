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
            .Concat(new[] { "critical", "error", "warning" }.Select(severity => ("on-" + severity, severity + "-mark")))
            .Concat(new[] { "ink", "ink-2", "ink-3" }.Select(text => (text, "error-soft")))
            .Concat([("ink", "warning-soft"), ("accent", "accent-soft"), ("on-accent", "accent"), ("on-error", "failed-cell")])
            .Concat(new[] { "prod", "staging", "dev", "pr", "unknown" }.Select(environment => (environment, environment + "-plate")));

        Assert.All(pairs, pair => Assert.True(Contrast(tokens[pair.Item1], tokens[pair.Item2]) >= 4.5, $"{pair.Item1} on {pair.Item2}: {Contrast(tokens[pair.Item1], tokens[pair.Item2]):0.00}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Shapes_and_the_borders_of_controls_stand_out(bool dark)
    {
        var tokens = Tokens(dark);
        (string Shape, string Ground)[] pairs =
        [
            ("control", "surface"), ("control", "bg"), ("focus", "bg"), ("focus", "surface"), ("critical-mark", "surface"), ("error-mark", "surface"), ("warning", "surface"), ("info-mark", "surface"),
            ("failed-cell", "surface"), ("timed-out-cell", "surface"), ("succeeded", "surface"), ("partial", "surface"),
        ];
        Assert.All(pairs, pair => Assert.True(Contrast(tokens[pair.Shape], tokens[pair.Ground]) >= 3, $"{pair.Shape} on {pair.Ground}: {Contrast(tokens[pair.Shape], tokens[pair.Ground]):0.00}"));
    }

    [Theory]
    [InlineData(false, "protan")]
    [InlineData(false, "deutan")]
    [InlineData(false, "tritan")]
    [InlineData(true, "protan")]
    [InlineData(true, "deutan")]
    [InlineData(true, "tritan")]
    public void The_marks_of_severities_are_told_apart_by_every_kind_of_sight(bool dark, string sight)
    {
        string[] marks = ["critical-mark", "error-mark", "warning-mark", "info-mark", "succeeded-cell"];
        var tokens = Tokens(dark);
        var seen = marks.Select(mark => (mark, Lab: ColourSight.LabOf(tokens[mark], sight))).ToList();
        Assert.All(seen.SelectMany((left, index) => seen.Skip(index + 1).Select(right => (left, right))), pair =>
            Assert.True(ColourSight.Distance(pair.left.Lab, pair.right.Lab) >= 12, $"{sight}: {pair.left.mark} and {pair.right.mark} are {ColourSight.Distance(pair.left.Lab, pair.right.Lab):0} apart"));
    }

    [Fact]
    public void Styles_take_every_colour_from_the_tokens()
    {
        var styles = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "src/Portal/wwwroot/styles"), "*.css").Where(path => !path.EndsWith("tokens.css", StringComparison.Ordinal));
        Assert.All(styles, path => Assert.DoesNotMatch(@"#[0-9A-Fa-f]{3,8}\b(?=[;,)\s}])", File.ReadAllText(path)));
    }

    [Fact]
    public void Every_token_that_a_style_names_is_defined()
    {
        var defined = Tokens(dark: false).Keys.Concat(Regex.Matches(Read("tokens.css"), "--([a-z0-9-]+):").Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var used = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "src/Portal"), "*.*", SearchOption.AllDirectories).Where(path => path.EndsWith(".css", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(path => Regex.Matches(File.ReadAllText(path), @"var\(--([a-z0-9-]+)\)").Select(match => match.Groups[1].Value)).Distinct(StringComparer.Ordinal);
        Assert.All(used, name => Assert.Contains(name, defined));
    }

    private static Dictionary<string, string> Tokens(bool dark)
    {
        var parts = Read("tokens.css").Split("@media (prefers-color-scheme:dark)");
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

    private static string Read(string style) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "src/Portal/wwwroot/styles", style));

    // WCAG 2.2, "contrast ratio" and "relative luminance".
    private static double Contrast(string left, string right)
    {
        var (light, dark) = (Math.Max(Luminance(left), Luminance(right)), Math.Min(Luminance(left), Luminance(right)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(string colour) => (0.2126 * ColourSight.Channel(colour, 1)) + (0.7152 * ColourSight.Channel(colour, 3)) + (0.0722 * ColourSight.Channel(colour, 5));
}
