using Observability.Collector.Metrics;
using Observability.Collector.Receiving;
using Observability.Collector.Receiving.Bodies;
using Observability.Collector.Receiving.Otlp;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Api;

/// <summary>OTLP over HTTP: <c>POST /v1/logs</c>, <c>/v1/metrics</c>, <c>/v1/traces</c>; protobuf or JSON, gzip or not.</summary>
internal static class OtlpEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var path = endpoints.ServiceProvider.GetRequiredService<RecordPath>();
        var activity = endpoints.ServiceProvider.GetRequiredService<SourceActivity>();
        var metrics = endpoints.ServiceProvider.GetRequiredService<CollectorMetrics>();
        void Map(string pattern, OtlpSignal signal) =>
            endpoints.MapPost(pattern, (RequestDelegate)(context => TakeAsync(context, signal, path, activity, metrics))).RequireRole(AccessRoles.Ingest);
        Map("/v1/logs", OtlpSignal.Logs);
        Map("/v1/metrics", OtlpSignal.Metrics);
        Map("/v1/traces", OtlpSignal.Traces);
    }

    private static async Task TakeAsync(HttpContext context, OtlpSignal signal, RecordPath path, SourceActivity activity, CollectorMetrics metrics)
    {
        var encoding = MediaTypeText.Of(context.Request.ContentType);
        var refusal = encoding is MediaType.Protobuf or MediaType.Json
            ? await path.TakeOtlpAsync(context, signal, encoding, partial =>
            {
                metrics.RequestEnded("otlp", partial.Rejected == 0 ? "accepted" : "partly_accepted");
                if (partial.Rejected > 0)
                {
                    metrics.RecordRefused("otlp", partial.Rejected);
                    activity.Failed("otlp", OtlpSignalText.Of(signal), partial.Message);
                }
                return OtlpAnswer.WriteSuccessAsync(context, signal, encoding, partial);
            })
            : new Refusal(RefusalKind.UnsupportedContentType, "OTLP comes as 'application/x-protobuf' or 'application/json'");
        if (refusal is not null)
        {
            metrics.RequestEnded("otlp", refusal.Error);
            activity.Failed("otlp", OtlpSignalText.Of(signal), refusal.Reason);
            await OtlpAnswer.WriteRefusalAsync(context, encoding, refusal);
        }
    }
}
