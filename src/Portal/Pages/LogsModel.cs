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
    public static readonly IReadOnlyList<(string Value, string Word, TimeSpan Length)> Ranges =
    [
        ("15m", "Last 15 min", TimeSpan.FromMinutes(15)), ("1h", "Last hour", TimeSpan.FromHours(1)), ("6h", "Last 6 hours", TimeSpan.FromHours(6)),
        ("24h", "Last 24 hours", TimeSpan.FromHours(24)), ("7d", "Last 7 days", TimeSpan.FromDays(7)), ("30d", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    /// <summary>Most values of a field that are listed beside the lines.</summary>
    private const int ValuesShown = 5;

    private const string DefaultRange = "1h";

    public required Frame Frame { get; init; }

    public required LogQuestion Question { get; init; }

    public required LogAnswer Answer { get; init; }

    /// <summary>One of <see cref="Ranges"/>, or empty when the address has a start and an end.</summary>
    public required string RangeName { get; init; }

    /// <summary>The conditions of the query that was asked.</summary>
    public LogFilters Filters => field ??= LogFilters.Of(Question.LogQL);

    /// <summary>The line that the address says is open.</summary>
    public required string OpenLine { get; init; }

    public DateTimeOffset From => LogReading.At(Question.Range.StartNanoseconds);

    public DateTimeOffset Until => LogReading.At(Question.Range.EndNanoseconds);

    internal static async Task<LogsModel> ReadAsync(HttpContext http, PortalApi api, FrameReading frames, LogReading logs)
    {
        var frame = await frames.ReadAsync(http, api);
        var query = http.Request.Query;
        var (range, name) = RangeOf(query["start"].ToString(), query["end"].ToString(), query["range"].ToString(), frame.Now);
        var question = new LogQuestion(query["query"].ToString(), frame.Environment, range);
        return new LogsModel { Frame = frame, Question = question, Answer = await logs.ReadAsync(question, http), RangeName = name, OpenLine = query["open"].ToString() };
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

    /// <summary>This view of exactly this time, which says the same tomorrow.</summary>
    public string Permalink => Links.With("/logs", ("query", Question.LogQL), ("start", Links.Milliseconds(From)), ("end", Links.Milliseconds(Until)));

    /// <summary>The lines that were written around one, of the same stream.</summary>
    public static string ContextOf(LogEntry entry)
    {
        var at = LogReading.At(entry.TimeUnixNanoseconds);
        var selector = string.Join(", ", entry.Stream.Where(static label => label.Name is not ("level" or "task")).Select(static label => $"{label.Name}={Links.Quote(label.Value)}"));
        return Links.With("/logs", ("query", $"{{{selector}}}"), ("start", Links.Milliseconds(at.AddMinutes(-2))), ("end", Links.Milliseconds(at.AddMinutes(2))));
    }

    /// <summary>Lines and spans of the trace that a line belongs to, whoever wrote them, an hour to each side.</summary>
    public static string TraceOf(LogEntry entry, string traceId)
    {
        var at = LogReading.At(entry.TimeUnixNanoseconds);
        return Links.With("/logs", ("query", $"{{environment=~\".+\"}} | trace_id={Links.Quote(traceId)}"), ("start", Links.Milliseconds(at.AddHours(-1))), ("end", Links.Milliseconds(at.AddHours(1))));
    }

    private static (LogRange Range, string Name) RangeOf(string start, string end, string name, DateTimeOffset now)
    {
        // The form of a view with a fixed time sends that time beside what was chosen; what was chosen holds.
        var chosen = Ranges.FirstOrDefault(candidate => candidate.Value == name);
        if (chosen.Value is null && long.TryParse(start, CultureInfo.InvariantCulture, out var from) && long.TryParse(end, CultureInfo.InvariantCulture, out var until)
            && from >= 0 && from < until && until < LogQLLimits.MaximumTimeNanoseconds / 1_000_000)
        {
            return (new LogRange(from * 1_000_000, until * 1_000_000), "");
        }
        var range = chosen.Value is null ? Ranges.First(static candidate => candidate.Value == DefaultRange) : chosen;
        var last = now.ToUnixTimeMilliseconds() + 1;
        return (new LogRange((last - (long)range.Length.TotalMilliseconds) * 1_000_000, last * 1_000_000), range.Value);
    }
}
