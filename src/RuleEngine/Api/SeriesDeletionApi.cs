using Observability.MetricStore.Blocks;
using Observability.Query.Values;
using Observability.RuleEngine.Consuming;
using Observability.ServiceDefaults.Access;

namespace Observability.RuleEngine.Api;

/// <summary>
/// <c>POST /api/v1/admin/tsdb/delete_series?match[]=…&amp;start=…&amp;end=…</c> as Prometheus' TSDB admin API has it: 204, and the samples are in no answer from then
/// on. Each selector is a record of the journal, so a restart keeps it.
/// </summary>
internal static class SeriesDeletionApi
{
    /// <summary>Selectors of one request. Each is looked at by every reader until its blocks are merged.</summary>
    private const int MaximumSelectors = 20;

    public static void MapSeriesDeletion(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/admin/tsdb/delete_series", ["POST", "PUT"], async (HttpContext http, FrameIntake intake, TimeProvider time) =>
        {
            if (await DeleteAsync(http, intake, time) is { } failure)
            {
                await failure.WriteAsync(http.Response);
                return;
            }
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        });

    private static async Task<PrometheusQueryApiResponse?> DeleteAsync(HttpContext http, FrameIntake intake, TimeProvider time)
    {
        var actor = http.GetActor();
        if (!actor.CoversEverything)
        {
            return PrometheusQueryApiResponse.Failed(StatusCodes.Status403Forbidden, "forbidden",
                $"'{actor.Name}' is a key for some environments, and a selector may match series of any; use an admin key without environments");
        }
        try
        {
            var request = await PrometheusQueryApiRequest.ReadAsync(http.Request, time.GetUtcNow());
            var (from, until) = (request.Time("start", long.MinValue + 1), request.Time("end", long.MaxValue));
            if (request.Selectors.Count is 0 or > MaximumSelectors)
            {
                throw new QueryException(QueryFault.Syntax, $"{request.Selectors.Count} parameters match[] are given; 1 to {MaximumSelectors} are expected, as match[]=up{{job=\"a\"}}");
            }
            if (until < from)
            {
                throw new QueryException(QueryFault.Syntax, "the end lies before the start");
            }
            foreach (var matchers in request.Selectors)
            {
                // What came before in the same request is deleted; repeating the request does no harm.
                if (!await intake.DeleteAsync(new DeletionOrder(new SeriesDeletion(0, matchers, from, until), actor.Name), http.RequestAborted))
                {
                    return PrometheusQueryApiResponse.Failed(StatusCodes.Status503ServiceUnavailable, "unavailable",
                        "too many deletions still wait to be written into blocks; send this one again in some minutes");
                }
            }
            return null;
        }
        catch (QueryException exception)
        {
            return PrometheusQueryApiResponse.Failed(StatusCodes.Status400BadRequest, "bad_data", exception.Message);
        }
        catch (IOException exception)
        {
            return PrometheusQueryApiResponse.Failed(StatusCodes.Status503ServiceUnavailable, "unavailable", exception.Message);
        }
    }
}
