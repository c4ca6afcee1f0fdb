using System.Numerics;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Syntax;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Pipelines;

/// <summary>
/// A range aggregation that only asks how many lines there are, of streams and by labels of streams: a store can count them without giving one out. Anything
/// else (a parser, an expression over the line, a series for each set of attributes) needs the lines.
/// </summary>
internal sealed class CountableLines
{
    /// <summary>A record has these beside its attributes, whatever its stream is.</summary>
    private static readonly string[] s_recordsOwn = ["trace_id", "span_id", "severity_number", LogQLLabels.Error, LogQLLabels.ErrorDetails];

    private readonly LogPipeline _pipeline;
    private readonly IReadOnlyList<LabelMatcher> _conditions;
    private readonly IReadOnlyList<string> _by;
    private readonly string[] _names;

    private CountableLines(LogPipeline pipeline, IReadOnlyList<LabelMatcher> conditions, IReadOnlyList<string> by)
    {
        _pipeline = pipeline;
        _conditions = conditions;
        _by = by;
        _names = [.. by.Concat(conditions.Select(static condition => condition.Name)).Distinct(StringComparer.Ordinal)];
    }

    /// <returns>Null when lines have to be read.</returns>
    public static CountableLines? Of(RangeAggregationExpression expression, LabelGrouping? grouping, LogPipeline pipeline)
    {
        var isCount = expression is
        {
            Range.Unwrap: null,
            Operation: RangeOperation.CountOverTime or RangeOperation.Rate or RangeOperation.AbsentOverTime,
        };
        IReadOnlyList<string>? by = expression.Operation == RangeOperation.AbsentOverTime ? [] : grouping is { IsWithout: false } ? grouping.Labels : null;
        if (!isCount || by is null || pipeline.Conditions is not { } conditions)
        {
            return null;
        }
        var lines = new CountableLines(pipeline, conditions, by);
        return Array.TrueForAll(lines._names, IsNameOfStreamOrAttribute) ? lines : null;
    }

    /// <summary>Counts in steps so short that every window begins and ends where one does; null when there are too many of them.</summary>
    /// <param name="range">What all windows cover; the first begins where this does.</param>
    /// <param name="windowNanoseconds">Of one window.</param>
    /// <param name="stepNanoseconds">Between windows; 0 when there is only one.</param>
    public LogCountQuery? Query(LogRange range, long windowNanoseconds, long stepNanoseconds)
    {
        var step = (long)BigInteger.GreatestCommonDivisor(windowNanoseconds, stepNanoseconds);
        if (step % LogCountQuery.Millisecond != 0 || (range.EndNanoseconds - range.StartNanoseconds) / step > LogCountQuery.MaximalCounts)
        {
            return null;
        }
        return new LogCountQuery(range, _pipeline.Matchers, _by, step)
        {
            Conditions = _conditions,
            Lines = _pipeline.Lines,
            OriginNanoseconds = range.StartNanoseconds,
            NamesOfLabelsOnly = _names,
        };
    }

    private static bool IsNameOfStreamOrAttribute(string name) =>
        !s_recordsOwn.Contains(name, StringComparer.Ordinal) && !name.EndsWith(LogQLLabels.DuplicateSuffix, StringComparison.Ordinal);
}
