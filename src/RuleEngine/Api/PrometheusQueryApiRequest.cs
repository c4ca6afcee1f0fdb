using System.Globalization;
using Microsoft.Extensions.Primitives;
using Observability.Query.PromQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.RuleEngine.Api;

/// <summary>Parameters of a request, from the query string and, when it is a POST, from the form; where both have one, the form's holds.</summary>
internal sealed class PrometheusQueryApiRequest
{
    /// <summary>Characters of an expression. The longest generated ones, alternations of a thousand names, stay far below.</summary>
    private const int MaximumQueryLength = 128 * 1024;

    /// <summary>Prometheus' own default. A client may ask for less.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(2);

    private readonly IQueryCollection _query;
    private readonly IFormCollection? _form;

    private PrometheusQueryApiRequest(IQueryCollection query, IFormCollection? form, long nowMilliseconds)
    {
        _query = query;
        _form = form;
        NowMilliseconds = nowMilliseconds;
        Selectors = [.. Values("match[]").Select(ReadSelector)];
    }

    public long NowMilliseconds { get; }

    /// <summary>The matchers of each <c>match[]</c>.</summary>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors { get; }

    /// <summary>How many results to give at most; 0 is all.</summary>
    public int Limit => int.TryParse(Optional("limit"), CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : 0;

    public TimeSpan Timeout =>
        Optional("timeout") is { Length: > 0 } text && DurationText.TryParse(text, out var timeout) && timeout.Milliseconds > 0
        && timeout.Milliseconds < LongestTimeout.TotalMilliseconds ? TimeSpan.FromMilliseconds(timeout.Milliseconds) : LongestTimeout;

    /// <exception cref="QueryException">The form or a selector cannot be read.</exception>
    public static async Task<PrometheusQueryApiRequest> ReadAsync(HttpRequest request, DateTimeOffset now)
    {
        try
        {
            var form = request.HasFormContentType ? await request.ReadFormAsync(request.HttpContext.RequestAborted) : null;
            return new PrometheusQueryApiRequest(request.Query, form, now.ToUnixTimeMilliseconds());
        }
        catch (InvalidDataException exception)
        {
            throw new QueryException(QueryFault.Syntax, $"the form cannot be read: {exception.Message}");
        }
    }

    public string Optional(string name) => Values(name) is [.., { } last] ? last : "";

    public string Required(string name)
    {
        var value = Optional(name);
        if (value.Length is 0 or > MaximumQueryLength)
        {
            throw new QueryException(QueryFault.Syntax, value.Length == 0 ? $"the parameter {name} is missing" : $"the parameter {name} is longer than {MaximumQueryLength} characters");
        }
        return value;
    }

    /// <summary>Unix seconds with a fraction, or RFC 3339.</summary>
    public long Time(string name, long otherwise)
    {
        var text = Optional(name);
        if (text.Length == 0)
        {
            return otherwise;
        }
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1e14)
        {
            return (long)Math.Round(seconds * 1000);
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new QueryException(QueryFault.Syntax, $"{name} is '{text}'; expected Unix seconds or an RFC 3339 time, as 2026-11-21T12:00:00Z");
    }

    public (long Start, long End, long Step) Range(int maximumSteps)
    {
        var (start, end, step) = (RequiredTime("start"), RequiredTime("end"), Step());
        if (end < start)
        {
            throw new QueryException(QueryFault.Syntax, "the end lies before the start");
        }
        if ((end - start) / step + 1 > maximumSteps)
        {
            throw new QueryException(QueryFault.Syntax, $"the range has more than {maximumSteps} steps; use a longer step or a shorter range");
        }
        return (start, end, step);
    }

    private long RequiredTime(string name)
    {
        Required(name);
        return Time(name, 0);
    }

    /// <summary>Seconds with a fraction, or a duration as 30s.</summary>
    private long Step()
    {
        var text = Required("step");
        var step = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1e11 ? (long)(seconds * 1000)
            : DurationText.TryParse(text, out var duration) ? duration.Milliseconds
            : throw new QueryException(QueryFault.Syntax, $"step is '{text}'; expected seconds or a duration, as 30s");
        return step > 0 ? step : throw new QueryException(QueryFault.Syntax, $"step is '{text}'; it has to be at least a millisecond");
    }

    private static IReadOnlyList<LabelMatcher> ReadSelector(string? text) =>
        PromQLParser.Parse(text ?? "") is VectorSelector selector && selector.Shift == default
            ? selector.Matchers
            : throw new QueryException(QueryFault.Syntax, $"match[] is '{text}'; expected a plain selector, as up{{job=\"a\"}}");

    private StringValues Values(string name) => _form is not null && _form.TryGetValue(name, out var values) ? values : _query[name];
}
