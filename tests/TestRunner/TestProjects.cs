using Observability.TestKit;

namespace Observability.TestRunner;

/// <summary>Which test projects run, and in which order.</summary>
internal static class TestProjects
{
    /// <summary>Fast and narrow ones first: their failures explain those of the wide ones.</summary>
    private static readonly string[] _last = ["TestKit.Tests", "Simulation.Tests", "Integration.Tests", "EndToEnd.Tests"];

    public static IEnumerable<string> OnDisk() =>
        Directory.EnumerateFiles(RepositoryRoot.PathOf("tests"), "*.Tests.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Select(path => Path.GetFileNameWithoutExtension(path));

    /// <param name="projects">Names of test projects.</param>
    /// <param name="filters">Parts of names without regard to case; none takes all.</param>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> projects, IReadOnlyCollection<string> filters) =>
        [.. projects
            .Where(project => filters.Count == 0 || filters.Any(filter => project.Contains(filter, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(project => Array.IndexOf(_last, project))
            .ThenBy(project => project, StringComparer.Ordinal)];
}
