using System.Globalization;
using Microsoft.Extensions.Primitives;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Portal.Api;

/// <summary>
/// Parameters of Loki's HTTP API (https://grafana.com/docs/loki/latest/reference/loki-http-api/): from the query string and, when it is a POST, from the
/// form. Times are Unix nanoseconds, Unix seconds (at most ten digits, or with a fraction) or RFC 3339.
/// </summary>
internal sealed class LokiRequest
{
    /// <summary>Loki's own default.</summary>
    private const int DefaultLines = 100;

    /// <summary>Loki's <c>max_entries_limit_per_query</c>. Bigger: one answer of tens of megabytes, held whole while it is grouped into streams.</summary>
    public const int MaximumLines = 5000;

    /// <summary>Loki's default: what a range is cut into when the client names no step.</summary>
    private const int DefaultSteps = 250;

    private const long Second = 1_000_000_000;

    private readonly IQueryCollection _query;
    private readonly IFormCollection? _form;
    private readonly long _now;

    private LokiRequest(IQueryCollection query, IFormCollection? form, DateTimeOffset now)
    {
        _query = query;
        _form = form;
        _now = now.ToUnixTimeMilliseconds() * 1_000_000;
    }

    public LogDirection Direction => Text("direction").ToUpperInvariant() switch
    {
        "" or "BACKWARD" => LogDirection.Backward,
        "FORWARD" => LogDirection.Forward,
        var other => throw Refused($"direction is '{other}'; expected forward or backward"),
    };

    public int Limit => Count("limit", DefaultLines, MaximumLines);

    /// <summary>Of an instant query.</summary>
    public long TimeNanoseconds => Time("time", _now);

    /// <summary>Start inclusive, end exclusive; an hour until now when not given, as in Loki.</summary>
    public LogRange Range => RangeOr(TimeSpan.FromHours(1));

    /// <summary>Nanoseconds; a 250th of the range, whole seconds, when not given.</summary>
    public long Step
    {
        get
        {
            var range = Range;
            var text = Text("step");
            var step = text.Length == 0 ? Math.Max(1, (range.EndNanoseconds - range.StartNanoseconds) / Second / DefaultSteps) * Second
                : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e9 ? (long)(seconds * Second)
                : DurationText.TryParse(text, out var duration) ? duration.Milliseconds * 1_000_000
                : throw Refused($"step is '{text}'; expected seconds or a duration, as 30s");
            return step > 0 ? step : throw Refused($"step is '{text}'; it has to be more than nothing");
        }
    }

    /// <summary>The stream selector that <c>query</c> is, without stages.</summary>
    public LogSelectorExpression Selector => Query as LogSelectorExpression is { Stages.Count: 0 } selector
        ? selector
        : throw Refused($"'{Text("query")}' is not a plain stream selector, as {{source=\"dbt\"}}");

    public LogQLExpression Query => Text("query") is { Length: > 0 } text ? LogQLParser.Parse(text) : throw Refused("the parameter query is missing");

    /// <summary>The matchers of each <c>match[]</c> (or <c>match</c>, or <c>query</c>); one empty list when there is none.</summary>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors
    {
        get
        {
            var texts = Values("match[]").Concat(Values("match")).Concat(Values("query")).Where(static text => !string.IsNullOrEmpty(text)).ToList();
            return texts.Count == 0 ? [[]] : [.. texts.Select(text => Matchers(text!))];
        }
    }

    /// <summary>Start inclusive, end exclusive.</summary>
    /// <param name="otherwise">How long before the end it begins when neither <c>start</c> nor <c>since</c> is given.</param>
    /// <exception cref="QueryException">A time cannot be read, or the end lies before the start.</exception>
    public LogRange RangeOr(TimeSpan otherwise)
    {
        var end = Time("end", _now);
        var since = Text("since") is not { Length: > 0 } text ? otherwise.Ticks * 100
            : DurationText.TryParse(text, out var duration) ? duration.Milliseconds * 1_000_000
            : throw Refused($"since is '{text}'; expected a duration, as 1h");
        var start = Time("start", end - since);
        return start <= end ? new LogRange(start, end) : throw Refused("the end lies before the start");
    }

    /// <exception cref="QueryException">The form cannot be read.</exception>
    public static async Task<LokiRequest> ReadAsync(HttpRequest request, DateTimeOffset now)
    {
        try
        {
            var form = request.HasFormContentType ? await request.ReadFormAsync(request.HttpContext.RequestAborted) : null;
            return new LokiRequest(request.Query, form, now);
        }
        catch (InvalidDataException exception)
        {
            throw Refused($"the form cannot be read: {exception.Message}");
        }
    }

    /// <summary>A whole number from 1 to <paramref name="maximum"/>.</summary>
    /// <exception cref="QueryException">It is something else.</exception>
    public int Count(string name, int otherwise, int maximum) => Text(name) is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count > 0 && count <= maximum ? count
        : throw Refused($"{name} is '{text}'; expected {(maximum == int.MaxValue ? "1 or more" : $"1 to {maximum}")}");

    /// <summary>The parameter as it came; empty when it did not.</summary>
    public string Text(string name) => Values(name) is [.., { } last] ? last : "";

    public bool Has(string name) => Text(name).Length > 0;

    public static QueryException Refused(string reason) => new(QueryFault.Syntax, reason);

    private static IReadOnlyList<LabelMatcher> Matchers(string text) =>
        LogQLParser.Parse(text) is LogSelectorExpression { Stages.Count: 0 } selector
            ? selector.Matchers
            : throw Refused($"'{text}' is not a plain stream selector, as {{source=\"dbt\"}}");

    private long Time(string name, long otherwise)
    {
        var text = Text(name);
        if (text.Length == 0)
        {
            return otherwise;
        }
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return text.Length <= 10 ? whole * Second : whole;
        }
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e10m)
        {
            return (long)(seconds * Second);
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time - DateTimeOffset.UnixEpoch).Ticks * 100
            : throw Refused($"{name} is '{text}'; expected Unix nanoseconds, Unix seconds or an RFC 3339 time, as 2026-11-21T12:00:00Z");
    }

    private StringValues Values(string name) => _form is not null && _form.TryGetValue(name, out var values) ? values : _query[name];
}
