using Observability.Collector.Metrics;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.LokiPush;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Api;

/// <summary>Loki's push: <c>POST /loki/api/v1/push</c>, JSON or snappy-compressed protobuf. 204 when every line is on disk; of a refused push nothing is stored.</summary>
internal static class LokiPushEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var path = endpoints.ServiceProvider.GetRequiredService<RecordPath>();
        var activity = endpoints.ServiceProvider.GetRequiredService<SourceActivity>();
        var metrics = endpoints.ServiceProvider.GetRequiredService<CollectorMetrics>();
        endpoints.MapPost("/loki/api/v1/push", (RequestDelegate)(context => TakeAsync(context, path, activity, metrics))).RequireRole(AccessRoles.Ingest);
    }

    private static async Task TakeAsync(HttpContext context, RecordPath path, SourceActivity activity, CollectorMetrics metrics)
    {
        if (await path.TakeLokiPushAsync(context) is not { } refusal)
        {
            metrics.RequestEnded(LokiPushDecoder.Source, "accepted");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        metrics.RequestEnded(LokiPushDecoder.Source, refusal.Error);
        activity.Failed(LokiPushDecoder.Source, "", refusal.Reason);
        await RefusalAnswer.WriteAsync(context, refusal);
    }
}
