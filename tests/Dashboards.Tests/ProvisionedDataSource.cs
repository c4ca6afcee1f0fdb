using Observability.TestKit;
using YamlDotNet.RepresentationModel;

namespace Observability.Dashboards.Tests;

/// <summary>One data source of dashboards/provisioning/datasources.</summary>
internal sealed record ProvisionedDataSource(string Uid, string Name, string Type, string Url, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Secrets)
{
    public static IReadOnlyList<ProvisionedDataSource> All { get; } =
        [.. Directory.GetFiles(RepositoryRoot.PathOf("dashboards/provisioning/datasources"), "*.yaml").SelectMany(Read)];

    public static ProvisionedDataSource ByUid(string uid) =>
        All.SingleOrDefault(source => source.Uid == uid) ?? throw new InvalidOperationException($"no provisioning file defines the data source '{uid}'");

    private static IEnumerable<ProvisionedDataSource> Read(string path)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(path);
        stream.Load(reader);
        foreach (var node in ((YamlSequenceNode)stream.Documents[0].RootNode["datasources"]).Cast<YamlMappingNode>())
        {
            yield return new ProvisionedDataSource(Text(node, "uid"), Text(node, "name"), Text(node, "type"), Text(node, "url"),
                Texts(node, "jsonData"), Texts(node, "secureJsonData"));
        }
    }

    private static Dictionary<string, string> Texts(YamlMappingNode node, string name) =>
        ((YamlMappingNode)node[name]).ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!, StringComparer.Ordinal);

    private static string Text(YamlMappingNode node, string name) => ((YamlScalarNode)node[name]).Value!;
}
