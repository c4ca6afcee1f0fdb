using Observability.Collector.Metrics;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Otlp;
using Observability.Collector.Receiving.RemoteWrite;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Api;

/// <summary>
/// Prometheus remote write 1.0: <c>POST /api/v1/write</c>. 204 when every sample is on disk. The protocol knows no partial success: with a sample that can never
/// be taken the answer is 400, with the others stored. A sender repeats after 5xx only, and that is told only when repeating helps.
/// </summary>
internal static class RemoteWriteEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var path = endpoints.ServiceProvider.GetRequiredService<RecordPath>();
        var activity = endpoints.ServiceProvider.GetRequiredService<SourceActivity>();
        var metrics = endpoints.ServiceProvider.GetRequiredService<CollectorMetrics>();
        endpoints.MapPost("/api/v1/write", (RequestDelegate)(context => TakeAsync(context, path, activity, metrics))).RequireRole(AccessRoles.Ingest);
    }

    private static async Task TakeAsync(HttpContext context, RecordPath path, SourceActivity activity, CollectorMetrics metrics)
    {
        var refusal = await path.TakeRemoteWriteAsync(context, partial => AnswerAsync(context, partial, activity, metrics));
        if (refusal is not null)
        {
            metrics.RequestEnded(RemoteWriteDecoder.Source, refusal.Error);
            activity.Failed(RemoteWriteDecoder.Source, "", refusal.Reason);
            await RefusalAnswer.WriteAsync(context, refusal);
        }
    }

    private static Task AnswerAsync(HttpContext context, PartialSuccess partial, SourceActivity activity, CollectorMetrics metrics)
    {
        metrics.RequestEnded(RemoteWriteDecoder.Source, partial.Rejected == 0 ? "accepted" : "partly_accepted");
        if (partial.Rejected == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        metrics.RecordRefused(RemoteWriteDecoder.Source, partial.Rejected);
        activity.Failed(RemoteWriteDecoder.Source, "", partial.Message);
        return RefusalAnswer.WriteAsync(context, new Refusal(RefusalKind.Malformed, $"{partial.Message}; the other samples of the request are stored"));
    }
}
