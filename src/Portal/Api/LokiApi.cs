using Observability.Configuration;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// Loki's HTTP API for queries and labels over the log store, as Grafana's data source and logcli call it: GET, or POST with a form. A key that is limited
/// to environments sees only their lines.
/// </summary>
internal sealed class LokiApi(LogQLEngine engine, ILogSource source, TimeProvider time, ILogger<LokiApi> logger) : IDisposable
{
    /// <summary>What clients ask for to learn which endpoints and encodings there are.</summary>
    private const string SpokenVersion = "3.5.0";

    /// <summary>Queries that read at one time. More would share the disk and the memory with each other; they wait instead.</summary>
    private const int ConcurrentQueries = 8;

    /// <summary>Loki's own <c>query_timeout</c>.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turns = new(ConcurrentQueries);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints.MapGroup("/loki/api/v1").RequireRole(AccessRoles.Read);
        string[] getOrPost = ["GET", "POST"];
        routes.MapMethods("/query", getOrPost, (HttpContext http) => AnswerAsync(http, InstantAsync));
        routes.MapMethods("/query_range", getOrPost, (HttpContext http) => AnswerAsync(http, RangeAsync));
        routes.MapMethods("/series", getOrPost, (HttpContext http) => AnswerAsync(http, SeriesAsync));
        routes.MapMethods("/labels", getOrPost, (HttpContext http) => AnswerAsync(http, LabelNamesAsync));
        routes.MapGet("/label", (HttpContext http) => AnswerAsync(http, LabelNamesAsync));
        routes.MapGet("/label/{name}/values", (string name, HttpContext http) => AnswerAsync(http, (context, request, token) => LabelValuesAsync(name, context, request, token)));
        routes.MapGet("/status/buildinfo", (HttpContext http) => LokiAnswer.OfBuild(SpokenVersion).WriteAsync(http.Response));
    }

    public void Dispose() => _turns.Dispose();

    // An instant log query is Loki's too: lines of the hour before the time.
    private async Task<LokiAnswer> InstantAsync(HttpContext http, LokiRequest request, CancellationToken cancellationToken)
    {
        var query = request.Query;
        if (query is not MetricExpression)
        {
            var until = request.TimeNanoseconds;
            return await LinesAsync(http, request, query, new LogRange(until - (3600L * 1_000_000_000), until), cancellationToken);
        }
        return LokiAnswer.OfValue(await engine.QueryMetricInstantAsync(query, Visible(http), request.TimeNanoseconds, cancellationToken));
    }

    private async Task<LokiAnswer> RangeAsync(HttpContext http, LokiRequest request, CancellationToken cancellationToken)
    {
        var (query, range) = (request.Query, request.Range);
        return query is MetricExpression
            ? LokiAnswer.OfValue(await engine.QueryMetricRangeAsync(query, Visible(http), range.StartNanoseconds, range.EndNanoseconds, request.Step, cancellationToken))
            : await LinesAsync(http, request, query, range, cancellationToken);
    }

    private async Task<LokiAnswer> LinesAsync(HttpContext http, LokiRequest request, LogQLExpression query, LogRange range, CancellationToken cancellationToken)
    {
        var lines = new List<LogEntry>();
        await foreach (var entry in engine.QueryLogsAsync(query, Visible(http), range, request.Direction, request.Limit, cancellationToken))
        {
            lines.Add(entry);
        }
        var categorizes = http.Request.Headers["X-Loki-Response-Encoding-Flags"].ToString().Contains("categorize-labels", StringComparison.OrdinalIgnoreCase);
        return LokiAnswer.OfLines(lines, categorizes);
    }

    private async Task<LokiAnswer> SeriesAsync(HttpContext http, LokiRequest request, CancellationToken cancellationToken)
    {
        var found = new HashSet<LabelSet>();
        foreach (var matchers in request.Selectors)
        {
            found.UnionWith(await Visible(http).StreamsAsync(matchers, request.Range, cancellationToken));
        }
        return LokiAnswer.OfStreams(found);
    }

    private async Task<LokiAnswer> LabelNamesAsync(HttpContext http, LokiRequest request, CancellationToken cancellationToken) =>
        LokiAnswer.OfTexts(await Visible(http).LabelNamesAsync(request.Range, cancellationToken));

    private async Task<LokiAnswer> LabelValuesAsync(string name, HttpContext http, LokiRequest request, CancellationToken cancellationToken)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var matchers in request.Selectors)
        {
            found.UnionWith(await Visible(http).LabelValuesAsync(name, matchers, request.Range, cancellationToken));
        }
        return LokiAnswer.OfTexts(found);
    }

    private VisibleLogs Visible(HttpContext http) => new(source, http.GetActor());

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, LokiRequest, CancellationToken, Task<LokiAnswer>> answer)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
        LokiAnswer result;
        try
        {
            var request = await LokiRequest.ReadAsync(http.Request, time.GetUtcNow());
            await _turns.WaitAsync(either.Token);
            try
            {
                result = await answer(http, request, either.Token);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (QueryException exception)
        {
            result = LokiAnswer.Refused(exception);
        }
        // A request that was cut off in its form is an IOException too, and the server's to answer.
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            Log.LogStoreAway(logger, http.Request.Path, exception.Message);
            result = LokiAnswer.Text(StatusCodes.Status503ServiceUnavailable, "the log store does not answer; ask again in a minute");
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            result = LokiAnswer.Text(StatusCodes.Status504GatewayTimeout, $"the query took longer than {Timeout.TotalSeconds:0} s; ask for a shorter range or add a label matcher");
        }
        await result.WriteAsync(http.Response);
    }
}
