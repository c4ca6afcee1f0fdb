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

    /// <summary>
    /// From when on new lines are looked for, in Unix nanoseconds: a little before the page was read, for lines that were on their way then. Of a list that is
    /// cut not before its last line, because what lies before it is not new.
    /// </summary>
    public long LiveAfter => Math.Max(Question.Range.EndNanoseconds - LogTail.LateNanoseconds, Answer.IsCut ? Answer.Lines[^1].TimeUnixNanoseconds : 0);

    public DateTimeOffset From => LogReading.At(Question.Range.StartNanoseconds);

    public DateTimeOffset Until => LogReading.At(Question.Range.EndNanoseconds);

    /// <summary>The range as people say it: the zone once, and seconds where minutes would say nothing.</summary>
    public string Span => Until - From < TimeSpan.FromMinutes(5) && Frame.Zone.Day(From) == Frame.Zone.Day(Frame.Now)
        ? $"{Frame.Zone.Seconds(From)} to {Frame.Zone.Seconds(Until)} {Frame.Zone.NameAt(Until)}"
        : $"{Frame.Zone.Brief(From, Frame.Now)} to {Frame.Time(Until)}";

    internal static async Task<LogsModel> ReadAsync(HttpContext http, PortalApi api, FrameReading frames, LogReading logs)
    {
        var asked = Of(http.Request.Query, await frames.ReadAsync(http, api));
        var (question, answer) = (asked.Question, await logs.ReadAsync(asked.Question, http));
        if (question.Around is not null && answer.Lines is [var newest, ..])
        {
            // Whatever is done next (another query, an export) is about the time that is shown.
            question = question with { Range = new LogRange(answer.Lines[^1].TimeUnixNanoseconds / 1_000_000 * 1_000_000, ((newest.TimeUnixNanoseconds / 1_000_000) + 1) * 1_000_000) };
        }
        return asked with { Question = question, Answer = answer };
    }

    /// <summary>What an address asks for, before anything is read.</summary>
    internal static LogsModel Of(IQueryCollection query, Frame frame)
    {
        var around = LogRangeChoice.NanosecondsOf(query["around"].ToString());
        var (range, name) = LogRangeChoice.Of(query, frame.Zone, frame.Now);
        return new LogsModel
        {
            Frame = frame,
            Question = new LogQuestion(query["query"].ToString(), frame.Environment, range) { Around = around },
            Answer = new LogAnswer(),
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

    /// <summary>Which environment a line is of; <c>unknown</c> when it does not say.</summary>
    public static string EnvironmentOf(LogEntry entry) => entry.Stream["environment"] is { Length: > 0 } name ? name : "unknown";

    /// <summary>The same for the same line wherever it is drawn, and another for every other one.</summary>
    public static string IdOf(LogEntry entry) => StableHash
        .OfParts(Nanoseconds(entry.TimeUnixNanoseconds), entry.Labels.Fingerprint.ToString("x16", CultureInfo.InvariantCulture), entry.Line).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>A line in an address: its time, and its place among lines of that instant.</summary>
    public static string KeyOf(IReadOnlyList<LogEntry> newestFirst, int index)
    {
        var (time, place) = (newestFirst[index].TimeUnixNanoseconds, 0);
        while (index > place && newestFirst[index - place - 1].TimeUnixNanoseconds == time)
        {
            place++;
        }
        return place == 0 ? Nanoseconds(time) : $"{Nanoseconds(time)}-{place}";
    }

    private static string Nanoseconds(long time) => time.ToString(CultureInfo.InvariantCulture);
}
