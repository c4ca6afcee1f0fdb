using System.Globalization;
using Observability.RuleEngine.Runs;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>Runs for pages and scripts: <c>GET /api/v1/runs</c> and <c>GET /api/v1/runs/{id}</c>.</summary>
internal static class RunsApi
{
    public static void MapRunsApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/runs", (HttpRequest request, RunCatalog catalog) => List(request.Query, catalog));
        routes.MapGet("/api/v1/runs/{id}", (string id, RunCatalog catalog) => catalog.Find(id) is { } detail
            ? Results.Json(DetailOf(detail), RunsApiJson.Default.RunPageDetail)
            : Refused(StatusCodes.Status404NotFound, $"no run has the id '{id}', or it is older than what is kept; ids are listed by /api/v1/runs"));
    }

    private static IResult List(IQueryCollection query, RunCatalog catalog)
    {
        if (!TryReadFilter(query, out var filter, out var error))
        {
            return Refused(StatusCodes.Status400BadRequest, error);
        }
        var (runs, hasMore) = catalog.List(filter);
        return Results.Json(new RunPage([.. runs.Select(RunSummary.Of)], hasMore ? RunSummary.Of(runs[^1]).OrderedAt : null), RunsApiJson.Default.RunPage);
    }

    private static bool TryReadFilter(IQueryCollection query, out RunFilter filter, out string error)
    {
        error = "";
        filter = new RunFilter { Environment = Text(query, "environment"), Source = Text(query, "source"), Pipeline = Text(query, "pipeline") };
        if (Text(query, "status") is { Length: > 0 } status)
        {
            if (!RunStatusText.TryParse(status, out var parsed))
            {
                error = $"status is '{status}'; known are {string.Join(", ", Enum.GetValues<RunStatus>().Select(known => known.ToLabel()))}";
                return false;
            }
            filter = filter with { Status = parsed };
        }
        if (Text(query, "limit") is { Length: > 0 } limitText)
        {
            if (!int.TryParse(limitText, CultureInfo.InvariantCulture, out var limit) || limit is < 1 or > RunFilter.MaximumLimit)
            {
                error = $"limit is '{limitText}'; expected 1 to {RunFilter.MaximumLimit}";
                return false;
            }
            filter = filter with { Limit = limit };
        }
        if (Text(query, "before") is { Length: > 0 } beforeText)
        {
            if (!DateTimeOffset.TryParse(beforeText, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var before))
            {
                error = $"before is '{beforeText}'; expected an RFC 3339 time, as 2026-11-21T12:00:00Z";
                return false;
            }
            filter = filter with { BeforeMilliseconds = before.ToUnixTimeMilliseconds() };
        }
        return true;
    }

    private static RunPageDetail DetailOf(RunDetail detail)
    {
        var last = detail.Attempts[^1];
        return new RunPageDetail(RunSummary.Of(last),
            [.. last.Tasks.OrderBy(task => task.Status.IsFailure() ? 0 : 1).ThenBy(task => task.StartedAtMilliseconds ?? long.MaxValue).Select(TaskSummary.Of)],
            detail.Facts, [.. detail.Attempts.Select(RunSummary.Of)], [.. detail.Previous.Select(RunSummary.Of)]);
    }

    private static IResult Refused(int statusCode, string error) => Results.Json(new ApiError(error), RunsApiJson.Default.ApiError, statusCode: statusCode);

    private static string Text(IQueryCollection query, string name) => query[name].ToString();
}
