using System.Buffers;
using System.Text.Json;
using Observability.Collector.Observing;
using Observability.Collector.Receiving;
using Observability.Collector.Sources;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Api;

/// <summary><c>POST /webhooks/{source}[/{endpoint}]</c>.</summary>
internal static class WebhookEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var path = endpoints.ServiceProvider.GetRequiredService<RecordPath>();
        var activity = endpoints.ServiceProvider.GetRequiredService<SourceActivity>();
        var metrics = endpoints.ServiceProvider.GetRequiredService<CollectorMetrics>();
        endpoints.MapPost("/webhooks/{source}/{endpoint?}", (RequestDelegate)(context => TakeAsync(context, path, activity, metrics)));
    }

    private static async Task TakeAsync(HttpContext context, RecordPath path, SourceActivity activity, CollectorMetrics metrics)
    {
        var name = (string?)context.Request.RouteValues["source"] ?? "";
        var endpoint = (string?)context.Request.RouteValues["endpoint"] ?? "";
        if (SourceCatalog.Find(name) is not { } source)
        {
            metrics.RequestEnded("unknown", "unknown_source");
            var known = string.Join(", ", SourceCatalog.All.Select(static candidate => candidate.Name));
            await RefusalAnswer.WriteAsync(context, new Refusal(RefusalKind.UnknownSource, $"there is no source '{(name.Length <= 64 ? name : name[..64])}'; known: {known}"));
            return;
        }
        var receipt = await path.TakeWebhookAsync(context, source, endpoint);
        if (receipt.Access is { } verdict)
        {
            metrics.RequestEnded(name, verdict.Outcome.ToString());
            await AccessExtensions.WriteRefusalAsync(context, verdict);
            return;
        }
        if (receipt.Refusal is { } refusal)
        {
            metrics.RequestEnded(name, refusal.Error);
            // A forger leaves a counter and nothing else: what he writes must not appear on a page.
            if (refusal.Kind is not RefusalKind.Forged)
            {
                activity.Failed(name, endpoint, refusal.Reason);
            }
            await RefusalAnswer.WriteAsync(context, refusal);
            return;
        }
        await AnswerAsync(context, receipt, name, endpoint, activity, metrics);
    }

    private static Task AnswerAsync(HttpContext context, WebhookReceipt receipt, string name, string endpoint, SourceActivity activity, CollectorMetrics metrics)
    {
        var result = receipt.Result!;
        metrics.RequestEnded(name, result.Outcome.ToString());
        switch (result.Outcome)
        {
            case SourceOutcome.Understood:
                activity.Taken(name, endpoint, receipt.LastEnvironment, result.Events.Count);
                return WriteAsync(context, StatusCodes.Status200OK, json => json.WriteNumber("events", result.Events.Count));
            case SourceOutcome.Ignored:
                return WriteAsync(context, StatusCodes.Status200OK, json =>
                {
                    json.WriteNumber("events", 0);
                    json.WriteString("ignored", result.Reason);
                });
            case SourceOutcome.NotUnderstood:
                activity.Failed(name, endpoint, result.Reason);
                return WriteAsync(context, StatusCodes.Status202Accepted, json =>
                {
                    json.WriteBoolean("kept", true);
                    json.WriteString("reason", result.Reason);
                });
            default:
                activity.Failed(name, endpoint, result.Reason);
                return RefusalAnswer.WriteAsync(context, new Refusal(RefusalKind.Malformed, result.Reason, result.Position));
        }
    }

    private static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }
}
