using System.Reflection;
using Observability.MetricStore;
using Observability.Query.PromQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>
/// Prometheus' HTTP API for queries and metadata (https://prometheus.io/docs/prometheus/latest/querying/api/), as its clients and Grafana's data source call
/// it: GET, or POST with a form; errors as <c>bad_data</c> (400), <c>execution</c> (422) and <c>timeout</c> (503).
/// </summary>
internal static class PrometheusQueryApi
{
    /// <summary>What Grafana asks the version for: which endpoints there are and whether ranges are open on the left, as they are since 3.0.</summary>
    private const string SpokenVersion = "3.5.0";

    /// <summary>Queries that are evaluated at one time. More would share the processors and the memory that rules need; they wait instead.</summary>
    private const int ConcurrentQueries = 8;

    public static void MapPrometheusQueryApi(this IEndpointRouteBuilder routes)
    {
        var engine = new PromQLEngine();
        var turns = new SemaphoreSlim(ConcurrentQueries);
        string[] getOrPost = ["GET", "POST"];
        routes.MapMethods("/api/v1/query", getOrPost, (HttpContext http, IMetricStore store, TimeProvider time) => Answer(http, time, turns, (request, token) =>
        {
            var expression = PromQLParser.Parse(request.Required("query"));
            return PrometheusQueryApiResponse.Of(engine.EvaluateInstant(expression, store, request.Time("time", request.NowMilliseconds), null, token), request.Limit);
        }));
        routes.MapMethods("/api/v1/query_range", getOrPost, (HttpContext http, IMetricStore store, TimeProvider time) => Answer(http, time, turns, (request, token) =>
        {
            var expression = PromQLParser.Parse(request.Required("query"));
            var (start, end, step) = request.Range(EvaluationLimits.Default.MaximumSteps);
            return PrometheusQueryApiResponse.Of(engine.EvaluateRange(expression, store, start, end, step, null, token), request.Limit);
        }));
        MapMetadata(routes, turns, getOrPost);
    }

    private static void MapMetadata(IEndpointRouteBuilder routes, SemaphoreSlim turns, string[] getOrPost)
    {
        routes.MapMethods("/api/v1/series", getOrPost, (HttpContext http, IMetricStore store, TimeProvider time) => Answer(http, time, turns, (request, _) =>
        {
            if (request.Selectors is [])
            {
                throw new QueryException(QueryFault.Syntax, "the parameter match[] is missing: give at least one selector, as match[]=up");
            }
            return PrometheusQueryApiResponse.OfSeries(Distinct(request, (matchers, from, until) => store.Series(matchers, from, until)), request.Limit);
        }));
        routes.MapMethods("/api/v1/labels", getOrPost, (HttpContext http, IMetricStore store, TimeProvider time) => Answer(http, time, turns, (request, _) =>
            PrometheusQueryApiResponse.OfTexts(Distinct(request, store.LabelNames), request.Limit)));
        routes.MapGet("/api/v1/label/{name}/values", (string name, HttpContext http, IMetricStore store, TimeProvider time) => Answer(http, time, turns, (request, _) =>
            PrometheusQueryApiResponse.OfTexts(Distinct(request, (matchers, from, until) => store.LabelValues(name, matchers, from, until)), request.Limit)));
        routes.MapGet("/api/v1/metadata", (HttpContext http, IMetricStore store, TimeProvider time) => Answer(http, time, turns, (request, _) =>
            PrometheusQueryApiResponse.OfMetadata(store.Metadata(), request.Optional("metric"), request.Limit)));
        // Samples that lead to traces are not kept; that there are none is an answer, and Grafana asks with every graph.
        routes.MapMethods("/api/v1/query_exemplars", getOrPost, (HttpContext http, TimeProvider time) => Answer(http, time, turns, (request, _) =>
        {
            PromQLParser.Parse(request.Required("query"));
            return PrometheusQueryApiResponse.OfTexts([], request.Limit);
        }));
        routes.MapMethods("/api/v1/format_query", getOrPost, (HttpContext http, TimeProvider time) => Answer(http, time, turns, (request, _) =>
            PrometheusQueryApiResponse.OfText(PromQLParser.Parse(request.Required("query")).ToString()!)));
        routes.MapGet("/api/v1/status/buildinfo", (HttpContext http, TimeProvider time) => Answer(http, time, turns, (_, _) =>
            PrometheusQueryApiResponse.OfBuild(SpokenVersion, Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "")));
    }

    /// <summary>What the selectors give together, each once; all series when there is no selector.</summary>
    private static HashSet<T> Distinct<T>(PrometheusQueryApiRequest request, Func<IReadOnlyList<LabelMatcher>, long, long, IReadOnlyList<T>> read)
    {
        var (from, until) = (request.Time("start", long.MinValue + 1), request.Time("end", long.MaxValue));
        var found = new HashSet<T>();
        foreach (var matchers in request.Selectors is [] ? [[]] : request.Selectors)
        {
            found.UnionWith(read(matchers, from, until));
        }
        return found;
    }

    private static async Task Answer(HttpContext http, TimeProvider time, SemaphoreSlim turns, Func<PrometheusQueryApiRequest, CancellationToken, PrometheusQueryApiResponse> answer)
    {
        var response = await AnswerAsync(http, time, turns, answer);
        await response.WriteAsync(http.Response);
    }

    private static async Task<PrometheusQueryApiResponse> AnswerAsync(
        HttpContext http, TimeProvider time, SemaphoreSlim turns, Func<PrometheusQueryApiRequest, CancellationToken, PrometheusQueryApiResponse> answer)
    {
        try
        {
            var request = await PrometheusQueryApiRequest.ReadAsync(http.Request, time.GetUtcNow());
            using var timeout = new CancellationTokenSource(request.Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
            await turns.WaitAsync(either.Token);
            try
            {
                return answer(request, either.Token);
            }
            finally
            {
                turns.Release();
            }
        }
        catch (QueryException exception)
        {
            return exception.Fault == QueryFault.Syntax
                ? PrometheusQueryApiResponse.Failed(StatusCodes.Status400BadRequest, "bad_data", exception.Message)
                : PrometheusQueryApiResponse.Failed(StatusCodes.Status422UnprocessableEntity, "execution", exception.Message);
        }
        catch (OperationCanceledException)
        {
            return http.RequestAborted.IsCancellationRequested
                ? PrometheusQueryApiResponse.Failed(StatusCodes.Status503ServiceUnavailable, "canceled", "the client went away")
                : PrometheusQueryApiResponse.Failed(StatusCodes.Status503ServiceUnavailable, "timeout", "the query took longer than its timeout; ask for less, or give a longer one");
        }
    }
}
