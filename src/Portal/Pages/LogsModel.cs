using System.Globalization;
using Observability.Portal.Reading;
using Observability.Portal.Wording;
using Observability.Query.LogQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Portal.Pages;

/// <summary>What was written, and when did it change?</summary>
public sealed record LogsModel
{
    /// <summary>Where the page opens that shows lines around one.</summary>
    public const string HitAnchor = "hit";

    /// <summary>Most values of a field that are listed beside the lines.</summary>
    private const int ValuesShown = 5;

    public required Frame Frame { get; init; }

    public required LogQuestion Question { get; init; }

    public required LogAnswer Answer { get; init; }

    /// <summary>One of <see cref="LogRangeChoice.All"/>, or empty when the address has a start and an end.</summary>
    public required string RangeName { get; init; }

    /// <summary>The conditions of the query that was asked.</summary>
    public LogFilters Filters => field ??= LogFilters.Of(Question.LogQL);

    /// <summary>The line that the address says is open.</summary>
    public required string OpenLine { get; init; }

    /// <summary>The time of the line whose neighbours are shown, in Unix nanoseconds, as long as somebody walks from it; null on every other view.</summary>
    public long? Hit { get; init; }

    /// <summary>New lines can only follow where the range ends now.</summary>
    public bool CanFollow => RangeName.Length > 0 && Answer.Error is null && Answer.Problem.Length == 0;

    public DateTimeOffset From => LogReading.At(Question.Range.StartNanoseconds);

    public DateTimeOffset Until => LogReading.At(Question.Range.EndNanoseconds);

    internal static async Task<LogsModel> ReadAsync(HttpContext http, PortalApi api, FrameReading frames, LogReading logs)
    {
        var frame = await frames.ReadAsync(http, api);
        var query = http.Request.Query;
        var around = LogRangeChoice.NanosecondsOf(query["around"].ToString());
        var (range, name) = LogRangeChoice.Of(query, frame.Zone, frame.Now);
        var question = new LogQuestion(query["query"].ToString(), frame.Environment, range) { Around = around };
        var answer = await logs.ReadAsync(question, http);
        if (around is not null && answer.Lines is [var newest, ..])
        {
            // Whatever is done next (another query, an export) is about the time that is shown.
            question = question with { Range = new LogRange(answer.Lines[^1].TimeUnixNanoseconds / 1_000_000 * 1_000_000, ((newest.TimeUnixNanoseconds / 1_000_000) + 1) * 1_000_000) };
        }
        return new LogsModel
        {
            Frame = frame,
            Question = question,
            Answer = answer,
            RangeName = around is null ? name : "",
            OpenLine = query["open"].ToString(),
            Hit = around is null ? null : LogRangeChoice.NanosecondsOf(query["hit"].ToString()) ?? around,
        };
    }

    public string Heading
    {
        get
        {
            if (Answer.Problem.Length > 0)
            {
                return "Logs cannot be read";
            }
            if (Answer.Error is { } error)
            {
                return error.Fault == QueryFault.Syntax ? "The query cannot be read" : "The query cannot be answered";
            }
            if (Answer.Lines.Count == 0)
            {
                return "No line matches";
            }
            if (Hit is { } hit)
            {
                return $"Lines around {Frame.Zone.Milliseconds(LogReading.At(hit))} {Frame.Zone.NameAt(LogReading.At(hit))}";
            }
            var total = Answer.Totals.Values.Sum();
            if (total < Answer.Lines.Count)
            {
                return Answer.IsCut ? $"The last {LogReading.MaximumLines} lines" : Words.Of(Answer.Lines.Count, "line");
            }
            var errors = Answer.Totals["error"];
            return $"{Words.Of(total, "line")}{(errors == 0 ? ", no errors" : errors == 1 ? ", 1 of them an error" : $", {Words.Count(errors)} of them errors")}";
        }
    }

    /// <summary>Fields of the lines shown with their most frequent values; those that every line has alone are left out where they are no label.</summary>
    public IReadOnlyList<(string Name, int Distinct, IReadOnlyList<(string Value, int Count)> Values)> FieldsOf(Func<LogEntry, IEnumerable<Label>> labels) =>
    [
        .. Answer.Lines.SelectMany(labels).Where(static label => label.Value.Length is > 0 and < 80)
            .GroupBy(static label => label.Name).OrderBy(static group => group.Key, StringComparer.Ordinal).Take(20)
            .Select(static group => (group.Key, group.Select(static label => label.Value).Distinct(StringComparer.Ordinal).Count(),
                (IReadOnlyList<(string, int)>)[.. group.GroupBy(static label => label.Value).OrderByDescending(static values => values.Count()).ThenBy(static values => values.Key, StringComparer.Ordinal).Take(ValuesShown).Select(static values => (values.Key, values.Count()))])),
    ];

    /// <summary>This view with another query.</summary>
    public string AddressWith(string query) => Links.With("/logs", ("query", query), ("range", RangeName),
        ("start", RangeName.Length > 0 ? null : Links.Milliseconds(From)), ("end", RangeName.Length > 0 ? null : Links.Milliseconds(Until)), ("environment", Frame.Environment));

    /// <summary>This view with another range.</summary>
    public string AddressOf(DateTimeOffset from, DateTimeOffset until) =>
        Links.With("/logs", ("query", Question.Text), ("start", Links.Milliseconds(from)), ("end", Links.Milliseconds(until)), ("environment", Frame.Environment));

    /// <summary>All lines of this view as a file.</summary>
    /// <param name="format"><c>csv</c> or <c>ndjson</c>.</param>
    public string ExportAs(string format) => Links.With("/api/v1/logs/export", ("query", Question.LogQL), ("start", Nanoseconds(Question.Range.StartNanoseconds)), ("end", Nanoseconds(Question.Range.EndNanoseconds)), ("format", format));

    /// <summary>This view of exactly this time, which says the same tomorrow.</summary>
    public string Permalink => Hit is { } hit && Question.Around is { } around
        ? Links.With("/logs", ("query", Question.LogQL), ("around", Nanoseconds(around)), ("hit", around == hit ? null : Nanoseconds(hit))) + "#" + HitAnchor
        : Links.With("/logs", ("query", Question.LogQL), ("start", Links.Milliseconds(From)), ("end", Links.Milliseconds(Until)));

    /// <summary>The lines that were written around one, of the same stream: whatever its task and level.</summary>
    public static string ContextOf(LogEntry entry)
    {
        var selector = string.Join(", ", entry.Stream.Where(static label => label.Name is not ("level" or "task")).Select(static label => $"{label.Name}={Links.Quote(label.Value)}"));
        return Links.With("/logs", ("query", $"{{{selector}}}"), ("around", Nanoseconds(entry.TimeUnixNanoseconds))) + "#" + HitAnchor;
    }

    /// <summary>From the lines around one on to those around another; the first stays marked.</summary>
    public string AddressAround(LogEntry entry) =>
        Links.With("/logs", ("query", Question.LogQL), ("around", Nanoseconds(entry.TimeUnixNanoseconds)), ("hit", Hit is { } hit ? Nanoseconds(hit) : null));

    /// <summary>Lines and spans of the trace that a line belongs to, whoever wrote them, an hour to each side.</summary>
    public static string TraceOf(LogEntry entry, string traceId)
    {
        var at = LogReading.At(entry.TimeUnixNanoseconds);
        return Links.With("/logs", ("query", $"{{environment=~\".+\"}} | trace_id={Links.Quote(traceId)}"), ("start", Links.Milliseconds(at.AddHours(-1))), ("end", Links.Milliseconds(at.AddHours(1))));
    }

    private static string Nanoseconds(long time) => time.ToString(CultureInfo.InvariantCulture);
}
