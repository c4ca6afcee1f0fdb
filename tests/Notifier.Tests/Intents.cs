using Observability.Contracts;

namespace Observability.Notifier.Tests;

/// <summary>Decisions as the engine makes them, at fixed times.</summary>
internal static class Intents
{
    public static readonly DateTimeOffset FailedAt = new(2026, 11, 21, 2, 14, 6, TimeSpan.Zero);

    public static NotificationIntent Firing(
        string receiver, string integration, long ordinal = 1, long? incident = null, string pipeline = "orders_daily", bool isUpdate = false) =>
        Of(receiver, integration, ordinal, incident ?? ordinal, pipeline, IntentKind.Firing, Alert(pipeline)) with { IsUpdate = isUpdate };

    public static NotificationIntent Resolved(string receiver, string integration, long ordinal = 2, long incident = 1, string pipeline = "orders_daily") =>
        Of(receiver, integration, ordinal, incident, pipeline, IntentKind.Resolved, Alert(pipeline) with
        {
            Firing = false,
            EndsAt = FailedAt.AddMinutes(38),
            Run = Run(pipeline) with { RunId = "48219", Attempt = 1, Error = "", FailedTask = "", FinishedAt = FailedAt.AddMinutes(38), DurationSeconds = 668, Rows = 1_912_480, Commit = "c07d2aa" },
        });

    public static NotificationIntent Of(string receiver, string integration, long ordinal, long incident, string pipeline, IntentKind kind, params NoticeAlert[] alerts)
    {
        var groupKey = $$"""{}/{environment="prod"}:{environment="prod", pipeline="{{pipeline}}"}""";
        return new NotificationIntent
        {
            Id = NotificationIntent.IdOf(groupKey, receiver, integration, ordinal),
            GroupKey = groupKey,
            Receiver = receiver,
            Integration = integration,
            Ordinal = ordinal,
            Incident = incident,
            Kind = kind,
            Environment = "prod",
            DecidedAt = FailedAt.AddMinutes(ordinal),
            GroupLabels = new Dictionary<string, string> { ["environment"] = "prod", ["pipeline"] = pipeline },
            Alerts = alerts,
            RouteReason = "environment = prod; prod may be told of prod",
        };
    }

    public static NoticeAlert Alert(string pipeline) => new()
    {
        Fingerprint = "b7c41f0a9d2e6635",
        Firing = true,
        Labels = new Dictionary<string, string>
        {
            ["alertname"] = "PipelineRunFailed", ["environment"] = "prod", ["severity"] = "critical", ["source"] = "dbt", ["pipeline"] = pipeline,
        },
        Annotations = new Dictionary<string, string> { ["summary"] = $"{pipeline} failed in prod", ["runbook_url"] = "https://wiki.example.com/orders" },
        StartsAt = FailedAt,
        Owner = new NoticeOwner("team-orders", "meta.owner of fct_orders", "orders@example.com", "S0ORDERSONCALL", "#data-orders"),
        Run = Run(pipeline),
        Why =
        [
            new WhyStep("Rule", true, "PipelineRunFailed became true"),
            new WhyStep("Severity", true, "critical, the asset is tagged tier: critical"),
            new WhyStep("Owner", true, "team-orders, from meta.owner of fct_orders"),
            new WhyStep("Route", true, "environment = prod; prod may be told of prod"),
        ],
    };

    public static RunFacts Run(string pipeline) => new()
    {
        Source = "dbt",
        Pipeline = pipeline,
        RunId = "48211",
        Attempt = 2,
        FailedTask = "fct_orders",
        FailedTaskCount = 1,
        Error = "Database error in model fct_orders\ncolumn \"discount_pct\" does not exist\nline 41:   , o.discount_pct * o.gross_amount as discount_amount",
        Commit = "a41f9c2d77aa0b1c2d3e4f5061728394a5b6c7d8",
        StartedAt = FailedAt.AddSeconds(-942),
        FinishedAt = FailedAt,
        DurationSeconds = 942,
        UsualDurationSeconds = 660,
        Rows = 1_204_311,
        LastGoodAt = FailedAt.AddDays(-1).AddMinutes(-5),
    };
}
