using System.Globalization;
using Observability.RuleEngine.Deciding;
using Observability.RuleEngine.Explaining;
using Observability.RuleEngine.Publishing;
using Observability.RuleEngine.Tracking;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>
/// Alerts for people and for Grafana: Alertmanager's <c>GET /api/v2/alerts</c>, Prometheus' <c>/api/v1/alerts</c> and <c>/api/v1/rules</c>, and why.
/// </summary>
internal static class AlertsApi
{
    /// <summary>Closed alerts in one answer; older ones are a question for the log.</summary>
    private const int ClosedLimit = 200;

    public static IEndpointRouteBuilder MapAlerts(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/v2/alerts", ListFiringAsync);
        endpoints.MapGet("/api/v2/alerts/groups", ListGroupsAsync);
        endpoints.MapGet("/api/v1/alerts", ListAsync);
        endpoints.MapGet("/api/v1/rules", RulesAsync);
        endpoints.MapGet("/api/v1/why", WhyAsync);
        return endpoints;
    }

    // Alertmanager's shape (api/v2/openapi.yaml, gettableAlerts). Filters are its matchers, all of which must hold.
    private static async Task<IResult> ListFiringAsync(HttpRequest request, DecisionLoop loop, CancellationToken cancellationToken)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var filter in request.Query["filter"])
        {
            if (AlertFilter.TryParse(filter ?? "", matchers) is { } problem)
            {
                return Results.BadRequest(problem);
            }
        }
        var receiver = request.Query["receiver"].ToString();
        var alerts = await loop.AskAsync((path, _) => AlertViews.Firing(path, matchers, receiver), cancellationToken);
        return Results.Json(alerts, AlertViewJson.Default.IReadOnlyListGettableAlert);
    }

    // What Grafana's alert groups panel asks for.
    private static async Task<IResult> ListGroupsAsync(DecisionLoop loop, CancellationToken cancellationToken)
    {
        var groups = await loop.AskAsync((path, _) => AlertViews.Groups(path), cancellationToken);
        return Results.Json(groups, AlertViewJson.Default.IReadOnlyListAlertGroupView);
    }

    // Prometheus' shape. `state` is ours: firing, pending or closed; without it firing and pending, as there.
    private static async Task<IResult> ListAsync(string? state, DecisionLoop loop, DecisionStore store, CancellationToken cancellationToken)
    {
        if (state == "closed")
        {
            var closed = await store.RecentlyClosedAsync(ClosedLimit, cancellationToken);
            return Results.Json(AlertViews.Answer(closed), AlertViewJson.Default.AlertListAnswer);
        }
        if (state is not (null or "firing" or "pending"))
        {
            return Results.BadRequest($"state is '{state}'; expected firing, pending or closed");
        }
        var alerts = await loop.AskAsync((path, _) => path.Alerts.All.Where(alert => IsIn(alert, state)).ToList(), cancellationToken);
        return Results.Json(AlertViews.Answer(alerts), AlertViewJson.Default.AlertListAnswer);
    }

    private static async Task<IResult> RulesAsync(DecisionLoop loop, Evaluating.RuleHealth health, CancellationToken cancellationToken)
    {
        var answer = await loop.AskAsync((path, graph) => AlertViews.Rules(path, graph, health), cancellationToken);
        return Results.Json(answer, AlertViewJson.Default.RuleListAnswer);
    }

    private static async Task<IResult> WhyAsync(string? alert, DecisionLoop loop, DecisionStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!ulong.TryParse(alert, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var fingerprint))
        {
            return Results.BadRequest("alert is missing; expected the sixteen hex digits of an alert's fingerprint, as in /api/v2/alerts");
        }
        // An alert that is open is answered from memory; only one that is not costs a look into the store.
        var answer = await loop.AskAsync((path, graph) => path.Alerts.Find(fingerprint) is { } open ? Explainer.Explain(open, path, graph, time.GetUtcNow()) : null, cancellationToken);
        if (answer is null && await store.FindRecentlyClosedAsync(fingerprint, ClosedLimit, cancellationToken) is { } closed)
        {
            answer = await loop.AskAsync((path, graph) => Explainer.Explain(closed, path, graph, time.GetUtcNow()), cancellationToken);
        }
        return answer is null
            ? Results.NotFound($"no alert {alert} is pending, firing or among the last {ClosedLimit} closed ones")
            : Results.Json(answer, WhyJson.Default.WhyAnswer);
    }

    private static bool IsIn(AlertState alert, string? state) => state switch
    {
        "firing" => alert.IsFiring,
        "pending" => alert.Phase == AlertPhase.Pending,
        _ => alert.Phase != AlertPhase.Resolved,
    };
}
