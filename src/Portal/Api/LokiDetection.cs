using System.Globalization;
using System.Text.Json;
using Observability.Configuration;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Detecting;
using Observability.Query.LogQL.Syntax;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>What Grafana's Logs Drilldown asks to find its way through lines that nobody described: labels, fields, shapes of lines, and the limits here.</summary>
internal sealed class LokiDetection(LogQLEngine engine, LokiTurns turns)
{
    /// <summary>Loki's default number of fields, and the most that are followed.</summary>
    private const int MaximumFields = 1_000;

    /// <summary>Lines that fields are looked for in, where the request does not say. More find rarer fields and take longer.</summary>
    private const int DefaultFieldLines = 1_000;

    /// <summary>The newest lines, which patterns are made of: enough for shapes that matter, a second of work.</summary>
    private const int PatternLines = 100_000;

    /// <summary>As many as anybody reads.</summary>
    private const int MaximumPatterns = 300;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints.MapGroup("/loki/api/v1").RequireRole(AccessRoles.Read);
        routes.MapMethods("/detected_labels", LokiApi.GetOrPost, (HttpContext http) => turns.AnswerAsync(http, LabelsAsync));
        routes.MapMethods("/detected_fields", LokiApi.GetOrPost, (HttpContext http) => turns.AnswerAsync(http, FieldsAsync));
        routes.MapMethods("/detected_field/{name}/values", LokiApi.GetOrPost, (string name, HttpContext http) => turns.AnswerAsync(http, (call, token) => FieldValuesAsync(name, call, token)));
        routes.MapMethods("/patterns", LokiApi.GetOrPost, (HttpContext http) => turns.AnswerAsync(http, PatternsAsync));
        routes.MapGet("/drilldown-limits", (HttpContext http) => LokiAnswer.Bare(WriteLimits).WriteAsync(http.Response));
    }

    private static async Task<LokiAnswer> LabelsAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var matchers = call.Request.Has("query") ? call.Request.Selector.Matchers : [];
        var streams = await call.Logs.StreamsAsync(matchers, call.Request.Range, cancellationToken);
        var labels = streams.SelectMany(static stream => stream).GroupBy(static label => label.Name, static label => label.Value, StringComparer.Ordinal)
            .Select(static group => (Name: group.Key, Values: group.Distinct(StringComparer.Ordinal).Count())).OrderBy(static label => label.Name, StringComparer.Ordinal);
        return LokiAnswer.Bare(json => WriteArray(json, "detectedLabels", labels, label =>
        {
            json.WriteString("label", label.Name);
            json.WriteNumber("cardinality", label.Values);
        }));
    }

    private async Task<LokiAnswer> FieldsAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var limit = call.Request.Count("limit", MaximumFields, MaximumFields);
        var fields = await DetectAsync(call, limit, cancellationToken);
        return LokiAnswer.Bare(json =>
        {
            WriteArray(json, "fields", fields, field => WriteField(json, field));
            json.WriteNumber("limit", limit);
        });
    }

    private async Task<LokiAnswer> FieldValuesAsync(string name, LokiCall call, CancellationToken cancellationToken)
    {
        var limit = call.Request.Count("limit", MaximumFields, MaximumFields);
        var fields = await DetectAsync(call, MaximumFields, cancellationToken);
        var values = fields.FirstOrDefault(field => field.Name == name)?.Values ?? [];
        return LokiAnswer.Bare(json =>
        {
            WriteTexts(json, "values", values.Take(limit));
            json.WriteNumber("limit", limit);
        });
    }

    private async Task<IReadOnlyList<DetectedField>> DetectAsync(LokiCall call, int maximumFields, CancellationToken cancellationToken)
    {
        var detection = new FieldDetection(maximumFields);
        var lines = call.Request.Count("line_limit", DefaultFieldLines, LokiRequest.MaximumLines);
        await foreach (var entry in NewestAsync(call, lines, cancellationToken))
        {
            detection.Add(entry);
        }
        return detection.Fields;
    }

    private async Task<LokiAnswer> PatternsAsync(LokiCall call, CancellationToken cancellationToken)
    {
        var detection = new PatternDetection(Math.Max(1, call.Request.Step / 1_000_000_000));
        await foreach (var entry in NewestAsync(call, PatternLines, cancellationToken))
        {
            detection.Add(entry.TimeUnixNanoseconds, entry.Line);
        }
        return LokiAnswer.OfData(json => WriteArray(json, "data", detection.Most(MaximumPatterns), pattern =>
        {
            json.WriteString("pattern", pattern.Pattern);
            json.WriteStartArray("samples");
            foreach (var (unixSeconds, lines) in pattern.Samples)
            {
                json.WriteStartArray();
                json.WriteNumberValue(unixSeconds);
                json.WriteNumberValue(lines);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }));
    }

    private IAsyncEnumerable<LogEntry> NewestAsync(LokiCall call, int lines, CancellationToken cancellationToken) => call.Request.Query is LogSelectorExpression query
        ? engine.QueryLogsAsync(query, call.Logs, call.Request.Range, LogDirection.Backward, lines, cancellationToken)
        : throw LokiRequest.Refused("the query gives numbers; expected one that gives lines, as {source=\"dbt\"} | json");

    private static void WriteField(Utf8JsonWriter json, DetectedField field)
    {
        json.WriteString("label", field.Name);
        json.WriteString("type", field.Type.ToString().ToLowerInvariant());
        json.WriteNumber("cardinality", field.Values.Count);
        if (field.Parsers.Count == 0)
        {
            // As Loki writes a field that no parser has to be named for.
            json.WriteNull("parsers");
            return;
        }
        WriteTexts(json, "parsers", field.Parsers);
        if (field.JsonPath.Count > 0)
        {
            WriteTexts(json, "jsonPath", field.JsonPath);
        }
    }

    // Loki's names; what has no meaning here is left out, which Drilldown reads as Loki's default.
    private static void WriteLimits(Utf8JsonWriter json)
    {
        json.WriteStartObject("limits");
        json.WriteBoolean("discover_log_levels", false);
        WriteTexts(json, "discover_service_name", [LabelNames.ServiceName]);
        WriteTexts(json, "log_level_fields", [LabelNames.Level]);
        json.WriteNumber("max_entries_limit_per_query", LokiRequest.MaximumLines);
        json.WriteNumber("max_query_series", LogQLLimits.Default.MaximumSeries);
        json.WriteBoolean("metric_aggregation_enabled", false);
        json.WriteBoolean("pattern_persistence_enabled", false);
        json.WriteString("query_timeout", string.Create(CultureInfo.InvariantCulture, $"{LokiTurns.Timeout.TotalSeconds:0}s"));
        json.WriteBoolean("volume_enabled", true);
        json.WriteNumber("volume_max_series", LokiVolume.MaximumSeries);
        json.WriteEndObject();
        json.WriteBoolean("pattern_ingester_enabled", true);
        json.WriteString("version", LokiApi.SpokenVersion);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
