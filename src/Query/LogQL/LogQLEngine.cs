using System.Runtime.CompilerServices;
using Observability.Query.LogQL.Metrics;
using Observability.Query.LogQL.Pipelines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL;

/// <summary>
/// Evaluates parsed queries over any log store. Holds no state between queries, so one instance serves all threads.
/// Every method throws <see cref="QueryException"/> for a query that cannot be answered: a stage that is not yet evaluated, a limit, an error in the pipeline of a
/// metric query, series that do not fit together.
/// </summary>
public sealed class LogQLEngine(LogQLLimits limits, ILogTemplateCompiler? templates = null)
{
    /// <summary>The lines that a selector and its pipeline let through, as a stream; whoever stops enumerating stops the reading.</summary>
    /// <param name="expression">Must be a <see cref="LogSelectorExpression"/>.</param>
    /// <param name="source">Where the records are.</param>
    /// <param name="range">Start inclusive, end exclusive.</param>
    /// <param name="direction">Which lines come first.</param>
    /// <param name="limit">Most lines to return.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<LogEntry> QueryLogsAsync(
        LogQLExpression expression, ILogSource source, LogRange range, LogDirection direction, int limit, CancellationToken cancellationToken)
    {
        var selector = expression as LogSelectorExpression
            ?? throw new QueryException(QueryFault.Execution, "this query gives numbers, not log lines", expression.Position);
        // Compiled before the first line is asked for, so that a refusal is known before an answer has begun.
        var pipeline = LogPipeline.Compile(selector, templates);
        return ReadAsync(pipeline, source, range, direction, limit, cancellationToken);
    }

    /// <summary>The value at one time: a <see cref="Scalar"/> or an <see cref="InstantVector"/>, in order where the query sorts and else by labels.</summary>
    public async Task<QueryValue> QueryMetricInstantAsync(
        LogQLExpression expression, ILogSource source, long timeUnixNanoseconds, CancellationToken cancellationToken)
    {
        var metric = MetricOrThrow(expression);
        var steps = StepTimes.OrThrow(timeUnixNanoseconds, timeUnixNanoseconds, stepNanoseconds: 1);
        var evaluation = await MetricEvaluation.LoadAsync(metric, source, steps, limits, templates, cancellationToken);
        var value = evaluation.At(0);
        return value.Scalar is { } scalar
            ? new Scalar(steps.MillisecondsAt(0), scalar)
            : new InstantVector(steps.MillisecondsAt(0), MetricResults.Instant(metric, value.Samples, limits));
    }

    /// <summary>The values at start, start + step, … up to and including end. A scalar becomes one series without labels.</summary>
    public async Task<RangeMatrix> QueryMetricRangeAsync(
        LogQLExpression expression, ILogSource source, long startUnixNanoseconds, long endUnixNanoseconds, long stepNanoseconds, CancellationToken cancellationToken)
    {
        var metric = MetricOrThrow(expression);
        var steps = StepTimes.OrThrow(startUnixNanoseconds, endUnixNanoseconds, stepNanoseconds);
        var evaluation = await MetricEvaluation.LoadAsync(metric, source, steps, limits, templates, cancellationToken);
        var results = new MetricResults(limits);
        for (var step = 0; step < steps.Count; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(steps.MillisecondsAt(step), evaluation.At(step));
        }
        return results.ToMatrix();
    }

    private static MetricExpression MetricOrThrow(LogQLExpression expression) =>
        expression as MetricExpression
        ?? throw new QueryException(QueryFault.Execution, "this query gives log lines, not numbers; count them with count_over_time(…[5m])", expression.Position);

    private async IAsyncEnumerable<LogEntry> ReadAsync(
        LogPipeline pipeline, ILogSource source, LogRange range, LogDirection direction, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (limit <= 0)
        {
            yield break;
        }
        var labels = new LineLabels();
        var (read, returned) = (0, 0);
        var search = pipeline.Search(range, direction == LogDirection.Backward, pipeline.KeepsEveryLine ? limit : int.MaxValue);
        await foreach (var record in source.SearchAsync(search, cancellationToken).WithCancellation(cancellationToken))
        {
            if (++read > limits.MaximumRecordsRead)
            {
                throw MetricResults.TooManyRecords(limits);
            }
            labels.Reset(record);
            if (!pipeline.Process(record, labels, out var line))
            {
                continue;
            }
            yield return Entry(record, line, labels);
            if (++returned == limit)
            {
                yield break;
            }
        }
    }

    private static LogEntry Entry(LogRecord record, string line, LineLabels labels)
    {
        var all = labels.ToList();
        all.Sort(static (left, right) => string.CompareOrdinal(left.Label.Name, right.Label.Name));
        return new LogEntry(
            record.TimeUnixNanoseconds, line, LabelSet.FromSorted([.. all.Select(static entry => entry.Label)]), LabelSet.FromSorted([.. Of(LabelOrigin.Stream)]),
            [.. Of(LabelOrigin.Metadata)], [.. Of(LabelOrigin.Parsed)]);

        IEnumerable<Label> Of(LabelOrigin origin) => all.Where(entry => entry.Origin == origin).Select(static entry => entry.Label);
    }
}
