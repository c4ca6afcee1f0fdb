using Observability.Portal.Api;
using Observability.Portal.Wording;
using Observability.Query.LogQL;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.ServiceDefaults.Access;
using Observability.Telemetry;

namespace Observability.Portal.Reading;

/// <summary>What the Logs page asks for.</summary>
/// <param name="Text">As typed: LogQL, or plain words to look for.</param>
/// <param name="Environment">Of the top bar; used where <paramref name="Text"/> is no LogQL.</param>
/// <param name="Range">Start inclusive, end exclusive.</param>
public sealed record LogQuestion(string Text, string Environment, LogRange Range)
{
    /// <summary>The time of a line whose neighbours are asked for, in Unix nanoseconds; null for the newest lines of <see cref="Range"/>.</summary>
    public long? Around { get; init; }

    /// <summary>The query that is run.</summary>
    public string LogQL
    {
        get
        {
            var text = Text.Trim();
            if (text.Contains('{'))
            {
                return text;
            }
            var selector = Environment.Length > 0 ? $"{{environment={Links.Quote(Environment)}}}" : "{environment=~\".+\"}";
            return text.Length == 0 ? selector : $"{selector} |= {Links.Quote(text)}";
        }
    }
}

/// <summary>What the Logs page shows.</summary>
public sealed record LogAnswer
{
    public IReadOnlyList<LogEntry> Lines { get; init; } = [];

    /// <summary>True when there are more lines than are shown.</summary>
    public bool IsCut { get; init; }

    /// <summary>True when there are lines after those around a line; of a range the newest are shown, so there it is false.</summary>
    public bool HasLater { get; init; }

    /// <summary>The last line before the range that matches, where the range has none; null when there is none or it was not found in time.</summary>
    public LogEntry? Nearest { get; init; }

    /// <summary>What reading the lines and counting them took.</summary>
    public TimeSpan Took { get; init; }

    public IReadOnlyList<VolumeBar> Volume { get; init; } = [];

    /// <summary>Lines in the whole range by severity; empty when the volume could not be counted.</summary>
    public IReadOnlyDictionary<string, long> Totals { get; init; } = new Dictionary<string, long>();

    /// <summary>What is wrong with the query, or too much about it.</summary>
    public QueryException? Error { get; init; }

    /// <summary>Why the log store gives no lines, whatever is asked; empty when it does.</summary>
    public string Problem { get; init; } = "";
}

/// <summary>Lines of one slice of time, by the severity whose shape they show.</summary>
public sealed record VolumeBar(DateTimeOffset From, DateTimeOffset Until, long Errors, long Warnings, long Others)
{
    public long Total => Errors + Warnings + Others;
}

/// <summary>Reads lines and their volume for pages, from the log store itself: the Portal is the service that answers for logs.</summary>
internal sealed partial class LogReading(LogQLEngine engine, ILogSource source, TimeProvider time, ILogger<LogReading> logger)
{
    /// <summary>More lines make a page slower to draw and are not read; narrowing is quicker.</summary>
    public const int MaximumLines = 200;

    private const int Bars = 60;

    /// <summary>People press reload after about that time.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    public async Task<LogAnswer> ReadAsync(LogQuestion question, HttpContext reader)
    {
        var began = time.GetTimestamp();
        var answer = await AnswerAsync(question, reader);
        return answer with { Took = time.GetElapsedTime(began) };
    }

    private async Task<LogAnswer> AnswerAsync(LogQuestion question, HttpContext reader)
    {
        var visible = new VisibleLogs(source, reader.GetActor());
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, reader.RequestAborted);
        try
        {
            var expression = LogQLParser.Parse(question.LogQL);
            if (expression is MetricExpression)
            {
                throw new QueryException(QueryFault.Syntax, "this query gives numbers; the page shows lines, so leave the function around the selector away", expression.Position);
            }
            if (question.Around is { } around)
            {
                return await AroundAsync(expression, visible, around, either.Token);
            }
            var lines = await LinesAsync(expression, visible, question.Range, LogDirection.Backward, MaximumLines + 1, either.Token);
            var answer = new LogAnswer { Lines = [.. lines.Take(MaximumLines)], IsCut = lines.Count > MaximumLines };
            return lines.Count == 0
                ? answer with { Nearest = await NearestAsync(expression, visible, question.Range, reader.RequestAborted) }
                : await WithVolumeAsync(answer, question, visible, either.Token);
        }
        catch (QueryException exception)
        {
            return new LogAnswer { Error = exception };
        }
        catch (IOException exception)
        {
            Log.PartUnreadable(logger, "the log store", exception.Message);
            return new LogAnswer { Problem = "the log store does not answer" };
        }
        catch (OperationCanceledException) when (!reader.RequestAborted.IsCancellationRequested)
        {
            return new LogAnswer { Error = new QueryException(QueryFault.Limit, $"reading took longer than {Timeout.TotalSeconds:0} s; choose a shorter range or name a pipeline") };
        }
    }

    private async Task<List<LogEntry>> LinesAsync(LogQLExpression expression, ILogSource visible, LogRange range, LogDirection direction, int limit, CancellationToken cancellationToken)
    {
        var lines = new List<LogEntry>();
        await foreach (var entry in engine.QueryLogsAsync(expression, visible, range, direction, limit, cancellationToken))
        {
            lines.Add(entry);
        }
        return lines;
    }

    // The picture is a help: where it cannot be counted (a limit, a stage that errs in metric queries) the lines are shown without it.
    private async Task<LogAnswer> WithVolumeAsync(LogAnswer answer, LogQuestion question, ILogSource visible, CancellationToken cancellationToken)
    {
        var width = Math.Max(1, (question.Range.EndNanoseconds - question.Range.StartNanoseconds) / Bars / 1_000_000) * 1_000_000;
        try
        {
            var counting = LogQLParser.Parse($"sum by (level) (count_over_time({question.LogQL} [{width / 1_000_000}ms]))");
            var start = question.Range.StartNanoseconds + width;
            var matrix = await engine.QueryMetricRangeAsync(counting, visible, start, start + (width * (Bars - 1)), width, cancellationToken);
            var bars = BarsOf(matrix, question.Range.StartNanoseconds, width);
            return answer with
            {
                Volume = bars,
                Totals = new Dictionary<string, long> { ["error"] = bars.Sum(bar => bar.Errors), ["warning"] = bars.Sum(bar => bar.Warnings), ["info"] = bars.Sum(bar => bar.Others) },
            };
        }
        catch (QueryException)
        {
            return answer;
        }
    }

    private static List<VolumeBar> BarsOf(RangeMatrix matrix, long startNanoseconds, long widthNanoseconds)
    {
        var counts = new long[Bars, 3];
        foreach (var series in matrix.Series)
        {
            var row = Names.SeverityOfLevel(series.Labels[LabelNames.Level]) switch { "critical" or "error" => 0, "warning" => 1, _ => 2 };
            for (var index = 0; index < series.Timestamps.Length; index++)
            {
                var bar = (int)(((series.Timestamps.Span[index] * 1_000_000) - startNanoseconds + (widthNanoseconds / 2)) / widthNanoseconds) - 1;
                if (bar is >= 0 and < Bars)
                {
                    counts[bar, row] += (long)series.Values.Span[index];
                }
            }
        }
        return [.. Enumerable.Range(0, Bars).Select(bar => new VolumeBar(
            At(startNanoseconds + (bar * widthNanoseconds)), At(startNanoseconds + ((bar + 1) * widthNanoseconds)), counts[bar, 0], counts[bar, 1], counts[bar, 2]))];
    }

    public static DateTimeOffset At(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
}
