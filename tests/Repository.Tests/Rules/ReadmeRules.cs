using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>A README stays true when the tree changes.</summary>
internal static partial class ReadmeRules
{
    /// <summary>A word in backticks is taken for a path of the repository when it begins with one of these.</summary>
    private static readonly string[] _topFolders = ["src/", "tests/", "config/", "dashboards/", "deploy/", "bench/", "AppHost/", "ServiceDefaults/", ".ci/"];

    public static IEnumerable<Violation> Paths(SourceFile readme, IReadOnlySet<string> paths) =>
        from match in Backticks().Matches(readme.Text)
        let path = match.Groups[1].Value.TrimEnd('.', ',', ':')
        where _topFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) && !Pattern().IsMatch(path)
        where !paths.Contains(path) && !paths.Contains(path + "/")
        select readme.At(match.Index, $"`{path}` does not exist");

    /// <summary>
    /// For a service whose order of stages stands in a <c>…Path.cs</c>: the stages on the README's lines with arrows are its folders, and every other folder is mentioned.
    /// A stage is named by what it does, so its name ends in "ing".
    /// </summary>
    /// <param name="readme">The project's README.md.</param>
    /// <param name="folders">The names of the folders directly below the project.</param>
    public static IEnumerable<Violation> Stages(SourceFile readme, IReadOnlyCollection<string> folders)
    {
        var arrows = readme.Text.Split('\n').Where(line => line.Contains('→', StringComparison.Ordinal));
        var named = arrows.SelectMany(line => StageName().Matches(line))
            .Where(match => match.Groups[1].Value is "" || match.Groups[1].Value == readme.Project + "/")
            .Select(match => match.Groups[2].Value)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var stage in folders.Where(folder => folder.EndsWith("ing", StringComparison.Ordinal) && !named.Contains(folder)))
        {
            yield return new Violation(readme.Path, 1, $"no line with arrows names the stage {stage}");
        }
        foreach (var stage in named.Where(stage => !folders.Contains(stage)))
        {
            yield return new Violation(readme.Path, 1, $"names the stage {stage}, which is no folder of {readme.Project}");
        }
        foreach (var folder in folders.Where(folder => !readme.Text.Contains(folder, StringComparison.Ordinal)))
        {
            yield return new Violation(readme.Path, 1, $"does not mention the folder {folder}");
        }
    }

    [GeneratedRegex(@"`([^`\s]+)`")]
    private static partial Regex Backticks();

    /// <summary>Placeholders, wildcards and calls are no paths.</summary>
    [GeneratedRegex(@"[*<>{}$|()…=?]")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"(?<![\w/])(\w+/)?([A-Z][a-z]+ing)\b")]
    private static partial Regex StageName();
}
