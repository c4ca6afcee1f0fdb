using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Observability.Configuration;
using Observability.Portal.Reading;
using Observability.ServiceDefaults.Access;

namespace Observability.Portal.Pages;

/// <summary>
/// Every page: its address, what it reads, and the component that draws it. A page reads first and draws then, so that its status code is right and a
/// component is a pure function of its model.
/// </summary>
internal static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder endpoints)
    {
        var pages = endpoints.MapGroup("").RequireRole(AccessRoles.Read);
        pages.MapGet("/", async (HttpContext http, PortalApi api, FrameReading frames) => Page<Now, NowModel>(http, await NowModel.ReadAsync(http, api, frames)));
        pages.MapGet("/alerts/{fingerprint}", async (string fingerprint, HttpContext http, PortalApi api, FrameReading frames) =>
            await AlertModel.ReadAsync(fingerprint, http, api, frames) is var model && model.Alert is null
                ? Page<Alert, AlertModel>(http, model, StatusOfMissing(model.Frame.Open.IsKnown))
                : Page<Alert, AlertModel>(http, model));
        pages.MapGet("/runs", async (HttpContext http, PortalApi api, FrameReading frames) => Page<Runs, RunsModel>(http, await RunsModel.ReadAsync(http, api, frames)));
        // Run ids are whatever a source calls its runs; some hold slashes.
        pages.MapGet("/runs/{**id}", async (string id, HttpContext http, PortalApi api, FrameReading frames, LogReading logs) =>
            await RunModel.ReadAsync(Uri.UnescapeDataString(id), http, api, frames, logs) is var model && model.Run is null
                ? Page<Run, RunModel>(http, model, StatusOfMissing(model.Detail.IsMissing))
                : Page<Run, RunModel>(http, model));
        pages.MapGet("/logs", async (HttpContext http, PortalApi api, FrameReading frames, LogReading logs) =>
            Page<Logs, LogsModel>(http, await LogsModel.ReadAsync(http, api, frames, logs)));
        endpoints.ServiceProvider.GetRequiredService<LiveLines>().Map(pages);
        pages.MapGet("/notices", async (HttpContext http, PortalApi api, FrameReading frames) => Page<Notices, NoticesModel>(http, await NoticesModel.ReadAsync(null, http, api, frames)));
        pages.MapGet("/notices/{id}", async (string id, HttpContext http, PortalApi api, FrameReading frames) =>
            await NoticesModel.ReadAsync(id, http, api, frames) is var model && model.Chosen is null
                ? Page<Notices, NoticesModel>(http, model, StatusOfMissing(model.List.IsKnown))
                : Page<Notices, NoticesModel>(http, model));
        pages.MapGet("/sources", async (HttpContext http, PortalApi api, FrameReading frames) =>
            Page<Sources, SourcesModel>(http, new SourcesModel(await frames.ReadAsync(http, api))));
    }

    private static int StatusOfMissing(bool isCertain) => isCertain ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable;

    private static RazorComponentResult<TView> Page<TView, TModel>(HttpContext http, TModel model, int status = StatusCodes.Status200OK)
        where TView : IComponent
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        // 'self' of connect-src holds for WebSockets to this very address too (CSP level 3, "Does url match expression in origin"), and for no other address.
        // Mails are drawn with their inline styles inside a frame without scripts, which inherits this policy.
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";
        return new RazorComponentResult<TView>(new Dictionary<string, object?> { ["Model"] = model }) { StatusCode = status };
    }
}
