using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Observability.ServiceDefaults.Health;

namespace Observability.ServiceDefaults.Observing;

/// <summary>Gives the server's span a route name and the HTTP attributes of the semantic conventions; probes leave no span.</summary>
internal sealed class ServerSpanStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(ObserveAsync);
        next(app);
    };

    private static async Task ObserveAsync(HttpContext context, RequestDelegate proceed)
    {
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        if (activity is null)
        {
            await proceed(context);
            return;
        }
        if (IsProbe(context.Request.Path))
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            await proceed(context);
            return;
        }
        activity.SetTag("http.request.method", context.Request.Method);
        activity.SetTag("url.scheme", context.Request.Scheme);
        activity.SetTag("url.path", context.Request.Path.Value);
        try
        {
            await proceed(context);
        }
        finally
        {
            Describe(activity, context);
        }
    }

    private static void Describe(Activity activity, HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        activity.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        activity.SetTag("http.route", route);
        activity.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments(HealthEndpoints.ReadyPath, StringComparison.Ordinal) || path.StartsWithSegments(HealthEndpoints.AlivePath, StringComparison.Ordinal);
}
