using System.Text.RegularExpressions;
using Observability.Repository.Tests.Sources;

namespace Observability.Repository.Tests.Rules;

/// <summary>What every project has and has not.</summary>
internal static partial class ProjectRules
{
    public static IEnumerable<Violation> Versions(SourceFile project) =>
        from match in PackageVersion().Matches(project.Text)
        select project.At(match.Index, $"{match.Groups[1].Value}: versions stand in Directory.Packages.props only");

    /// <param name="project">A project file.</param>
    /// <param name="solution">The text of Observability.sln.</param>
    public static IEnumerable<Violation> Membership(SourceFile project, string solution)
    {
        if (!solution.Replace('\\', '/').Contains($"\"{project.Path}\"", StringComparison.Ordinal))
        {
            yield return new Violation(project.Path, 1, $"is not in Observability.sln, so nobody builds it; run: dotnet sln add {project.Path}");
        }
    }

    /// <param name="project">A project file.</param>
    /// <param name="paths">All files and folders of the repository.</param>
    public static IEnumerable<Violation> Content(SourceFile project, IReadOnlySet<string> paths)
    {
        var folder = project.Path[..(project.Path.LastIndexOf('/') + 1)];
        if (!paths.Any(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal)))
        {
            yield return new Violation(project.Path, 1, "is an empty project");
        }
        if (project.IsProduct && !paths.Contains($"{folder}README.md"))
        {
            yield return new Violation(project.Path, 1, $"has no {folder}README.md (path of a record, state, limits, failures, decisions)");
        }
    }

    [GeneratedRegex(@"<PackageReference\s[^>]*?Include=""([^""]+)""[^>]*?\bVersion(?:Override)?\s*=")]
    private static partial Regex PackageVersion();
}
