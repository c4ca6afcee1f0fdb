using System.Globalization;
using Observability.Query.LogQL;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.Tests.LogQL;

/// <summary>Runs queries and writes their answers as text, so that tables can compare them.</summary>
internal static class Asking
{
    public static readonly LogRange Everything = new(0, long.MaxValue);

    public static async Task<List<LogEntry>> LinesAsync(
        string query, ILogSource source, int limit = int.MaxValue, LogDirection direction = LogDirection.Forward, LogQLLimits? limits = null, ILogTemplateCompiler? templates = null)
    {
        var entries = new List<LogEntry>();
        var engine = new LogQLEngine(limits ?? LogQLLimits.Default, templates);
        await foreach (var entry in engine.QueryLogsAsync(LogQLParser.Parse(query), source, Everything, direction, limit, TestContext.Current.CancellationToken))
        {
            entries.Add(entry);
        }
        return entries;
    }

    /// <summary>The one line that a query makes of one line: <c>text {labels}</c>, or <c>dropped</c>.</summary>
    public static async Task<string> LineAsync(string query, LogRecord record) =>
        await LinesAsync(query, new ListLogSource(record)) is [var entry] ? $"{entry.Line} {entry.Labels}" : "dropped";

    /// <summary>A number, or samples as <c>{labels} value</c> joined by <c>; </c>.</summary>
    public static async Task<string> InstantAsync(string query, ILogSource source, double atSeconds, LogQLLimits? limits = null)
    {
        var engine = new LogQLEngine(limits ?? LogQLLimits.Default);
        var value = await engine.QueryMetricInstantAsync(LogQLParser.Parse(query), source, (long)(atSeconds * Records.Second), TestContext.Current.CancellationToken);
        return value switch
        {
            Scalar scalar => Number(scalar.Value),
            InstantVector vector => string.Join("; ", vector.Samples.Select(static sample => $"{sample.Labels} {Number(sample.Value)}")),
            _ => throw new InvalidOperationException($"{value} is no answer to an instant query"),
        };
    }

    /// <summary>Series as <c>{labels} value@second value@second</c> joined by <c>; </c>.</summary>
    public static async Task<string> RangeAsync(string query, ILogSource source, double start, double end, double step, LogQLLimits? limits = null)
    {
        var engine = new LogQLEngine(limits ?? LogQLLimits.Default);
        var matrix = await engine.QueryMetricRangeAsync(
            LogQLParser.Parse(query), source, (long)(start * Records.Second), (long)(end * Records.Second), (long)(step * Records.Second), TestContext.Current.CancellationToken);
        return string.Join("; ", matrix.Series.Select(static series => $"{series.Labels} {string.Join(' ', Points(series))}"));
    }

    public static async Task<QueryException> RefusalAsync(Func<Task> ask) => await Assert.ThrowsAsync<QueryException>(ask);

    private static IEnumerable<string> Points(SeriesSamples series) =>
        Enumerable.Range(0, series.Values.Length).Select(i => $"{Number(series.Values.Span[i])}@{Number(series.Timestamps.Span[i] / 1000.0)}");

    private static string Number(double value) => NumberText.Format(Math.Round(value, 9)).ToString(CultureInfo.InvariantCulture);
}
