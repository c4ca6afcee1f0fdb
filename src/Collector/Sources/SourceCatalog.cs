using Observability.Collector.Sources.Dbt;
using Observability.Collector.Sources.GitHub;
using Observability.Collector.Sources.Run;

namespace Observability.Collector.Sources;

/// <summary>Every system that has a webhook of its own. A new one is a folder beside these and a line here.</summary>
internal static class SourceCatalog
{
    public static IReadOnlyList<ISource> All { get; } =
    [
        new DbtSource(),
        new GitHubSource(),
        new RunSource(),
    ];

    public static ISource? Find(string name) => All.FirstOrDefault(source => source.Name == name);
}
