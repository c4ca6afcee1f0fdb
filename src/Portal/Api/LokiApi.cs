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
internal sealed class LokiApi(LogQLEngine engine, LokiTurns turns)
{
    /// <summary>What clients ask for to learn which endpoints and encodings there are.</summary>
    public const string SpokenVersion = "3.5.0";

    public static readonly string[] GetOrPost = ["GET", "POST"];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints.MapGroup("/loki/api/v1").RequireRole(AccessRoles.Read);
        routes.MapMethods("/query", GetOrPost, (HttpContext http) => turns.AnswerAsync(http, InstantAsync));
        routes.MapMethods("/query_range", GetOrPost, (HttpContext http) => turns.AnswerAsync(http, RangeAsync));
        routes.MapMethods("/series", GetOrPost, (HttpContext http) => turns.AnswerAsync(http, SeriesAsync));
        routes.MapMethods("/labels", GetOrPost, (HttpContext http) => turns.AnswerAsync(http, LabelNamesAsync));
        routes.MapGet("/label", (HttpContext http) => turns.AnswerAsync(http, LabelNamesAsync));
        routes.MapGet("/label/{name}/values", (string name, HttpContext http) => turns.AnswerAsync(http, (call, token) => LabelValuesAsync(name, call, token)));
        routes.MapMethods("/format_query", GetOrPost, FormatAsync);
        routes.MapGet("/status/buildinfo", (HttpContext http) => LokiAnswer.OfBuild(SpokenVersion).WriteAsync(http.Response));
    }

    // An instant log query is Loki's too: lines of the hour before the time.
    private async Task<LokiAnswer> InstantAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var query = call.Request.Query;
        if (query is not MetricExpression)
        {
            var until = call.Request.TimeNanoseconds;
            return await LinesAsync(call, query, new LogRange(until - (3600L * 1_000_000_000), until), cancellationToken);
        }
        return LokiAnswer.OfValue(await engine.QueryMetricInstantAsync(query, call.Logs, call.Request.TimeNanoseconds, cancellationToken));
    }

    private async Task<LokiAnswer> RangeAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var (query, range) = (call.Request.Query, call.Request.Range);
        return query is MetricExpression
            ? LokiAnswer.OfValue(await engine.QueryMetricRangeAsync(query, call.Logs, range.StartNanoseconds, range.EndNanoseconds, call.Request.Step, cancellationToken))
            : await LinesAsync(call, query, range, cancellationToken);
    }

    private async Task<LokiAnswer> LinesAsync(LokiCall call, LogQLExpression query, LogRange range, CancellationToken cancellationToken)
    {
        var lines = new List<LogEntry>();
        await foreach (var entry in engine.QueryLogsAsync(query, call.Logs, range, call.Request.Direction, call.Request.Limit, cancellationToken))
        {
            lines.Add(entry);
        }
        var categorizes = call.Http.Request.Headers["X-Loki-Response-Encoding-Flags"].ToString().Contains("categorize-labels", StringComparison.OrdinalIgnoreCase);
        return LokiAnswer.OfLines(lines, categorizes);
    }

    private async Task<LokiAnswer> SeriesAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var found = new HashSet<LabelSet>();
        foreach (var matchers in call.Request.Selectors)
        {
            found.UnionWith(await call.Logs.StreamsAsync(matchers, call.Request.Range, cancellationToken));
        }
        return LokiAnswer.OfStreams(found);
    }

    private async Task<LokiAnswer> LabelNamesAsync(LokiCall call, CancellationToken cancellationToken) =>
        LokiAnswer.OfTexts(await call.Logs.LabelNamesAsync(call.Request.Range, cancellationToken));

    private async Task<LokiAnswer> LabelValuesAsync(string name, LokiCall call, CancellationToken cancellationToken)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var matchers in call.Request.Selectors)
        {
            found.UnionWith(await call.Logs.LabelValuesAsync(name, matchers, call.Request.Range, cancellationToken));
        }
        return LokiAnswer.OfTexts(found);
    }

    // Loki's own shape of a refusal here: not plain text as everywhere else.
    private static async Task FormatAsync(HttpContext http, TimeProvider time)
    {
        LokiAnswer answer;
        try
        {
            answer = LokiAnswer.OfFormatted((await LokiRequest.ReadAsync(http.Request, time.GetUtcNow())).Query);
        }
        catch (QueryException exception)
        {
            answer = LokiAnswer.NotFormatted(exception);
        }
        await answer.WriteAsync(http.Response);
    }
}
