using System.Reflection;
using System.Text.Json.Serialization;
using Observability.Configuration;

namespace Observability.RuleEngine.Api;

/// <summary>
/// Alertmanager's <c>GET /api/v2/status</c> (api/v2/openapi.yaml of 0.28): <c>amtool config show</c> and Grafana's data source test read it. The configuration
/// is alerting.yaml as it stands in the file, comments included, with <c>&lt;secret&gt;</c> in the place of each secret's value.
/// </summary>
internal static class StatusApi
{
    public static IEndpointRouteBuilder MapStatus(this IEndpointRouteBuilder endpoints)
    {
        // Routes are mapped once, before the first request: the beginning of this process, as the uptime field wants it.
        var startedAt = endpoints.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        endpoints.MapGet("/api/v2/status", (ActiveConfiguration active) => Results.Json(Of(active.Current, startedAt), StatusJson.Default.StatusAnswer));
        return endpoints;
    }

    private static StatusAnswer Of(LoadedConfiguration configuration, DateTimeOffset startedAt) => new(
        new ClusterStatus("disabled", []),
        VersionInfo.Spoken,
        new ConfigurationText(configuration.Alerting.RedactedText),
        startedAt);
}

/// <summary><c>alertmanagerStatus</c>: every member is required there.</summary>
internal sealed record StatusAnswer(ClusterStatus Cluster, VersionInfo VersionInfo, ConfigurationText Config, DateTimeOffset Uptime);

/// <summary><c>clusterStatus</c>. Replicas here do not gossip: one lease decides who sends, so to a client of Alertmanager the cluster is disabled.</summary>
internal sealed record ClusterStatus(string Status, IReadOnlyList<string> Peers);

/// <summary><c>versionInfo</c>. There is no Go to tell of; the members are required there.</summary>
internal sealed record VersionInfo(string Version, string Revision, string Branch, string BuildUser, string BuildDate, string GoVersion)
{
    /// <summary>Of Alertmanager, whose API this is; as for Prometheus' build information, our own version is the revision.</summary>
    public static VersionInfo Spoken { get; } = new("0.28.0", Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "", "observability", "", "", "");
}

/// <summary><c>alertmanagerConfig</c>.</summary>
internal sealed record ConfigurationText(string Original);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusAnswer))]
internal sealed partial class StatusJson : JsonSerializerContext;
