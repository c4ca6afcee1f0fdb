using System.Globalization;
using System.Text;
using Observability.Configuration;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// How much there is: <c>index/stats</c> (Grafana's hint beside the query box), <c>index/volume</c> and <c>index/volume_range</c> (Logs Drilldown's overview).
/// </summary>
internal sealed class LokiVolume(LogQLEngine engine, LokiTurns turns)
{
    /// <summary>
    /// Records that <c>index/stats</c> counts. Grafana asks it while somebody types, so more would cost more than the hint is worth; beyond, the answer is
    /// Loki's empty one, which Grafana shows as nothing, and not a number that is too small.
    /// </summary>
    private const int MaximumCounted = 1_000_000;

    /// <summary>Loki's default and its <c>volume_max_series</c>.</summary>
    private const int DefaultSeries = 100;
    public const int MaximumSeries = 1_000;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints.MapGroup("/loki/api/v1/index").RequireRole(AccessRoles.Read);
        routes.MapMethods("/stats", LokiApi.GetOrPost, (HttpContext http) => turns.AnswerAsync(http, StatisticsAsync));
        routes.MapMethods("/volume", LokiApi.GetOrPost, (HttpContext http) => turns.AnswerAsync(http, VolumeAsync));
        routes.MapMethods("/volume_range", LokiApi.GetOrPost, (HttpContext http) => turns.AnswerAsync(http, VolumeRangeAsync));
    }

    private static async Task<LokiAnswer> StatisticsAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var (selector, range) = (call.Request.Selector, call.Request.Range);
        var streams = await call.Logs.StreamsAsync(selector.Matchers, range, cancellationToken);
        var (entries, bytes) = (0L, 0L);
        await foreach (var record in call.Logs.SearchAsync(new LogSearch(range, selector.Matchers, [], Limit: MaximumCounted + 1), cancellationToken))
        {
            entries++;
            bytes += Encoding.UTF8.GetByteCount(record.Body);
        }
        if (entries > MaximumCounted)
        {
            (entries, bytes) = (0, 0);
        }
        return LokiAnswer.Bare(json =>
        {
            json.WriteNumber("streams", streams.Count);
            // The store's files hold many streams each: nothing of it is a chunk of one stream.
            json.WriteNumber("chunks", 0);
            json.WriteNumber("bytes", bytes);
            json.WriteNumber("entries", entries);
        });
    }

    private async Task<LokiAnswer> VolumeAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var range = call.Request.Range;
        var query = await QueryAsync(call, range.EndNanoseconds - range.StartNanoseconds, cancellationToken);
        var value = await engine.QueryMetricInstantAsync(query, call.Logs, range.EndNanoseconds, cancellationToken);
        return IsByLabel(call.Request) && value is InstantVector vector
            ? LokiAnswer.OfLabelVolumes(vector.TimeMilliseconds, ByLabel(vector).Take(LimitOf(call.Request)))
            : LokiAnswer.OfValue(value);
    }

    private async Task<LokiAnswer> VolumeRangeAsync(LokiCall call, CancellationToken cancellationToken)
    {
        if (IsByLabel(call.Request))
        {
            throw LokiRequest.Refused("aggregateBy is 'labels', which index/volume answers; index/volume_range takes 'series'");
        }
        var (range, step) = (call.Request.Range, call.Request.Step);
        var query = await QueryAsync(call, step, cancellationToken);
        return LokiAnswer.OfValue(await engine.QueryMetricRangeAsync(query, call.Logs, range.StartNanoseconds, range.EndNanoseconds, step, cancellationToken));
    }

    // Volume is what LogQL can say itself, so it is asked in LogQL. By default by the labels that the selector names, as in Loki.
    private static async Task<LogQLExpression> QueryAsync(LokiCall call, long rangeNanoseconds, CancellationToken cancellationToken)
    {
        var request = call.Request;
        var selector = request.Selector;
        var named = request.Text("targetLabels").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Array.Find(named, static name => !LabelText.IsPlainName(name)) is { } wrong)
        {
            throw LokiRequest.Refused($"targetLabels: '{wrong}' is not the name of a label");
        }
        var labels = named.Length > 0 ? named
            : IsByLabel(request) ? await call.Logs.LabelNamesAsync(request.Range, cancellationToken)
            : selector.Matchers.Select(static matcher => matcher.Name).Distinct(StringComparer.Ordinal);
        var limit = LimitOf(request);
        var text = string.Create(CultureInfo.InvariantCulture, $"sum by ({string.Join(", ", labels)}) (bytes_over_time({selector}[{Math.Max(1, rangeNanoseconds)}ns]))");
        // Each label's total needs all series; the others are cut to the largest.
        return LogQLParser.Parse(IsByLabel(request) ? text : string.Create(CultureInfo.InvariantCulture, $"topk({limit}, {text})"));
    }

    // Logs Drilldown asks for 5,000, whatever the limits say that it was told.
    private static int LimitOf(LokiRequest request) => Math.Min(request.Count("limit", DefaultSeries, int.MaxValue), MaximumSeries);

    private static bool IsByLabel(LokiRequest request) => request.Text("aggregateBy") switch
    {
        "" or "series" => false,
        "labels" => true,
        var other => throw LokiRequest.Refused($"aggregateBy is '{other}'; expected series or labels"),
    };

    private static IEnumerable<(string Label, double Bytes)> ByLabel(InstantVector series) =>
        series.Samples.SelectMany(static sample => sample.Labels.Select(label => (label.Name, sample.Value)))
            .GroupBy(static pair => pair.Name, static pair => pair.Value, StringComparer.Ordinal)
            .Select(static group => (Label: group.Key, Bytes: group.Sum()))
            .OrderByDescending(static volume => volume.Bytes).ThenBy(static volume => volume.Label, StringComparer.Ordinal);
}
