namespace Observability.Portal.Api;

/// <summary>Which service answers which address in the distributed shape. A new endpoint of a service needs a row here, or it is reachable only at the service itself.</summary>
internal static class ServiceRoutes
{
    public const string Collector = "collector";
    public const string RuleEngine = "rule-engine";
    public const string Notifier = "notifier";

    /// <summary>Route patterns, so that what a service does not serve stays a 404 of the Portal.</summary>
    public static IReadOnlyList<(string Pattern, string Service)> All { get; } =
    [
        ("/v1/{signal}", Collector),
        ("/webhooks/{**rest}", Collector),
        ("/loki/api/v1/push", Collector),
        ("/services/collector/{**rest}", Collector),
        ("/elasticsearch/{**rest}", Collector),
        ("/api/v1/write", Collector),
        ("/api/v1/lineage", Collector),
        ("/events", Collector),
        ("/api/v1/sources", Collector),
        ("/api/v1/dead-letters", Collector),

        ("/api/v1/query", RuleEngine),
        ("/api/v1/query_range", RuleEngine),
        ("/api/v1/query_exemplars", RuleEngine),
        ("/api/v1/format_query", RuleEngine),
        ("/api/v1/series", RuleEngine),
        ("/api/v1/labels", RuleEngine),
        ("/api/v1/label/{name}/values", RuleEngine),
        ("/api/v1/metadata", RuleEngine),
        ("/api/v1/admin/{**rest}", RuleEngine),
        ("/api/v1/rules", RuleEngine),
        ("/api/v1/alerts", RuleEngine),
        ("/api/v1/status/{**rest}", RuleEngine),
        ("/api/v1/runs/{**rest}", RuleEngine),
        ("/api/v1/why", RuleEngine),
        ("/api/v1/config/{**rest}", RuleEngine),
        ("/api/v2/{**rest}", RuleEngine),
        ("/-/{**rest}", RuleEngine),

        ("/api/v2/receivers", Notifier),
        ("/api/v1/notices/{**rest}", Notifier),
        ("/interactions/{**rest}", Notifier),
    ];
}
