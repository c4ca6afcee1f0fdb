using System.Globalization;
using System.Text.Json;
using Observability.Configuration;
using Observability.Portal.Reading;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// <c>GET /api/v1/traces/{id}</c>: the spans of one trace with the longest stage named. Parameters <c>start</c>, <c>end</c> and <c>since</c> as of Loki's
/// <c>query_range</c>; everything that is kept when none is given.
/// </summary>
internal sealed class TraceApi(LokiTurns turns, ActiveConfiguration configuration)
{
    private const int IdLength = 32;

    /// <summary>Rows read of one trace, events included. More are cut, and the answer says so.</summary>
    private const int MaximumRows = 20_000;

    private static readonly LabelMatcher s_spans = new(LabelNames.Source, MatchOperator.Equal, SpanAttributes.Source);

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/v1/traces/{id}", (HttpContext http, string id) => turns.AnswerAsync(http, (call, token) => AnswerAsync(call, id, token))).RequireRole(AccessRoles.Read);

    private async Task<LokiAnswer> AnswerAsync(LokiCall call, string id, CancellationToken cancellationToken)
    {
        if (id.Length != IdLength || !id.All(char.IsAsciiHexDigit))
        {
            throw LokiRequest.Refused($"'{id}' is no trace id; expected {IdLength} hexadecimal digits");
        }
        id = id.ToLowerInvariant();
        var settings = configuration.Current.Settings;
        var search = new LogSearch(call.Request.RangeOr(settings.Retention.Logs), [s_spans], [], NewestFirst: false, MaximumRows + 1) { TraceId = id };
        var rows = new List<LogRecord>();
        await foreach (var record in call.Logs.SearchAsync(search, cancellationToken))
        {
            rows.Add(record);
        }
        var trace = Trace.Of([.. rows.Take(MaximumRows)]);
        return trace.Spans.Count == 0
            ? LokiAnswer.Text(StatusCodes.Status404NotFound, $"no span of trace {id} is kept (spans come in over /v1/traces and are kept as long as logs)")
            : LokiAnswer.Bare(json => Write(json, id, trace, rows.Count > MaximumRows, settings.TraceUrlOf(id)));
    }

    private static void Write(Utf8JsonWriter json, string id, Trace trace, bool isCut, string tracer)
    {
        json.WriteString("trace_id", id);
        json.WriteString("start", TimeOf(trace.StartUnixNanoseconds));
        json.WriteNumber("duration_seconds", Seconds(trace.DurationNanoseconds));
        json.WriteBoolean("cut", isCut);
        if (tracer.Length > 0)
        {
            json.WriteString("url", tracer);
        }
        var longest = trace.Longest!;
        json.WriteStartObject("longest_stage");
        json.WriteString("span_id", longest.Id);
        json.WriteString("name", longest.Name);
        json.WriteString("service", longest.Stream[LabelNames.ServiceName]);
        json.WriteNumber("own_seconds", Seconds(longest.OwnNanoseconds));
        json.WriteNumber("share", trace.DurationNanoseconds == 0 ? 0 : Math.Round((double)longest.OwnNanoseconds / trace.DurationNanoseconds, 3));
        json.WriteEndObject();
        json.WriteStartArray("spans");
        foreach (var span in trace.Spans)
        {
            Write(json, span);
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, TraceSpan span)
    {
        json.WriteStartObject();
        json.WriteString("span_id", span.Id);
        json.WriteString("parent_id", span.ParentId);
        json.WriteString("name", span.Name);
        WriteLabels(json, "labels", span.Stream);
        json.WriteString("kind", span.Kind);
        json.WriteString("status", span.Status);
        json.WriteString("status_message", span.StatusMessage);
        json.WriteString("start", TimeOf(span.StartUnixNanoseconds));
        json.WriteNumber("duration_seconds", Seconds(span.DurationNanoseconds));
        json.WriteNumber("own_seconds", Seconds(span.OwnNanoseconds));
        WriteLabels(json, "attributes", span.Attributes);
        json.WriteStartArray("events");
        foreach (var happened in span.Events)
        {
            json.WriteStartObject();
            json.WriteString("name", happened.Name);
            json.WriteString("time", TimeOf(happened.TimeUnixNanoseconds));
            WriteLabels(json, "attributes", happened.Attributes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, string name, IReadOnlyList<Label> labels)
    {
        json.WriteStartObject(name);
        foreach (var label in labels)
        {
            json.WriteString(label.Name, label.Value);
        }
        json.WriteEndObject();
    }

    private static decimal Seconds(long nanoseconds) => nanoseconds / 1_000_000_000m;

    /// <summary>RFC 3339 with the nanoseconds that a clock of .NET does not hold.</summary>
    private static string TimeOf(long unixNanoseconds)
    {
        var (seconds, rest) = Math.DivRem(unixNanoseconds, 1_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}.{rest:d9}Z");
    }
}
