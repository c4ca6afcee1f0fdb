using System.Text.Json;
using System.Text.Json.Nodes;
using Observability.TestKit;

namespace Observability.Dashboards.Tests;

/// <summary>One panel of a dashboard file; rows are not panels here. The width is in columns, of which a dashboard has 24.</summary>
public sealed record Panel(int Id, string Title, string Type, string DataSourceType, string DataSourceUid, string Unit, int Width, IReadOnlyList<PanelQuery> Queries)
{
    public override string ToString() => Title;
}

/// <summary>One query of a panel as it stands in the file, with Grafana's variables.</summary>
public sealed record PanelQuery(string Reference, string DataSourceUid, string Expression, bool IsInstant);

/// <summary>What a test needs of a Grafana dashboard's JSON.</summary>
public sealed class Dashboard
{
    private readonly JsonNode _root;

    private Dashboard(JsonNode root)
    {
        _root = root;
        Panels = [.. Array(root, "panels").Where(panel => Text(panel, "type") != "row").Select(PanelOf)];
        Rows = [.. Array(root, "panels").Where(panel => Text(panel, "type") == "row").Select(panel => Text(panel, "title"))];
        AllIds = [.. Array(root, "panels").Select(panel => panel["id"]!.GetValue<int>())];
        Variables = [.. Array(root["templating"]!, "list")];
    }

    public static Dashboard Pipelines { get; } = Load("dashboards/pipelines.json");

    public IReadOnlyList<Panel> Panels { get; }

    public IReadOnlyList<string> Rows { get; }

    public IReadOnlyList<int> AllIds { get; }

    public IReadOnlyList<JsonNode> Variables { get; }

    public string Uid => Text(_root, "uid");

    /// <summary>The label filter of the alert groups panel, which Grafana itself applies to the groups.</summary>
    public string AlertFilter => Text(Array(_root, "panels").Single(panel => Text(panel, "type") == "alertGroups")["options"]!, "labels");

    public static Dashboard Load(string pathFromRoot) =>
        new(JsonNode.Parse(File.ReadAllText(RepositoryRoot.PathOf(pathFromRoot)), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!);

    public static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";

    /// <summary>The areas that panels cover, to see whether two overlap.</summary>
    public IEnumerable<(string Title, int Left, int Top, int Width, int Height)> Places() =>
        Array(_root, "panels").Select(panel => (Text(panel, "title"), Number(panel, "x"), Number(panel, "y"), Number(panel, "w"), Number(panel, "h")));

    private static int Number(JsonNode panel, string name) => panel["gridPos"]![name]!.GetValue<int>();

    private static Panel PanelOf(JsonNode panel) => new(panel["id"]!.GetValue<int>(), Text(panel, "title"), Text(panel, "type"),
        panel["datasource"]?["type"]?.GetValue<string>() ?? "", panel["datasource"]?["uid"]?.GetValue<string>() ?? "",
        panel["fieldConfig"]?["defaults"]?["unit"]?.GetValue<string>() ?? "", Number(panel, "w"),
        [.. Array(panel, "targets").Select(target => new PanelQuery(Text(target, "refId"), target["datasource"]!["uid"]!.GetValue<string>(), Text(target, "expr"),
            target["instant"]?.GetValue<bool>() ?? false))]);

    private static IEnumerable<JsonNode> Array(JsonNode node, string name) => node[name] is JsonArray array ? array.OfType<JsonNode>() : [];
}
