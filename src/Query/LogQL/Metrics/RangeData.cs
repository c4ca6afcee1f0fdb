using Observability.Query.LogQL.Syntax;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>One range aggregation of a query: reads its records once for all steps, then gives its value at each step in turn.</summary>
internal sealed class RangeData(RangeAggregationExpression expression, SampleExtractor extractor)
{
    private readonly Dictionary<LabelSet, RangeSeries> _series = [];

    /// <summary>A sample is the count of a stretch of time, and not one record.</summary>
    private bool _isCounted;

    private LogRangeExpression Range => expression.Range;

    private RangeOperation Operation => _isCounted && expression.Operation == RangeOperation.CountOverTime ? RangeOperation.SumOverTime : expression.Operation;

    /// <summary>Reads all records that some step uses, or has the store count them.</summary>
    /// <returns>How many records were read.</returns>
    public async Task<int> LoadAsync(ILogSource source, StepTimes steps, int mostRecords, LogQLLimits limits, CancellationToken cancellationToken)
    {
        var read = 0;
        // Windows are open on the left and closed on the right; a LogRange is the other way round.
        var range = new LogRange(
            steps.StartNanoseconds - Range.OffsetNanoseconds - Range.RangeNanoseconds + 1, steps.LastNanoseconds - Range.OffsetNanoseconds + 1);
        if (await TryCountAsync(source, range, steps, limits, cancellationToken))
        {
            return 0;
        }
        var search = extractor.Pipeline.Search(range, newestFirst: false, Math.Min(mostRecords, int.MaxValue - 1) + 1);
        await foreach (var record in source.SearchAsync(search, cancellationToken).WithCancellation(cancellationToken))
        {
            if (++read > mostRecords)
            {
                throw MetricResults.TooManyRecords(limits);
            }
            var isUsed = steps.Uses(record.TimeUnixNanoseconds, Range.RangeNanoseconds, Range.OffsetNanoseconds);
            if (isUsed && extractor.TryExtract(record, out var labels, out var value))
            {
                SeriesOf(labels, limits).Add(record.TimeUnixNanoseconds, value);
            }
        }
        return read;
    }

    public List<VectorSample> At(long timeNanoseconds)
    {
        var until = timeNanoseconds - Range.OffsetNanoseconds;
        var after = until - Range.RangeNanoseconds;
        var rangeSeconds = Range.RangeNanoseconds / 1e9;
        var samples = new List<VectorSample>();
        foreach (var (labels, series) in _series)
        {
            var window = series.Window(after, until);
            if (window.Length > 0)
            {
                samples.Add(new VectorSample(labels, RangeCalculation.Of(Operation, window, rangeSeconds, expression.Parameter)));
            }
        }
        if (expression.Operation == RangeOperation.AbsentOverTime)
        {
            return samples.Count > 0 ? [] : [new VectorSample(SeriesIdentity.OfAbsent(Range.Selector.Matchers), 1)];
        }
        return samples;
    }

    /// <summary>A store that counts spares reading records, and so has no limit on how many they are.</summary>
    private async Task<bool> TryCountAsync(ILogSource source, LogRange range, StepTimes steps, LogQLLimits limits, CancellationToken cancellationToken)
    {
        if (source is not ILogCounting store || extractor.Counting?.Query(range, Range.RangeNanoseconds, steps.Count > 1 ? steps.StepNanoseconds : 0) is not { } query)
        {
            return false;
        }
        var counts = await store.CountAsync(query, cancellationToken);
        if (counts.Refusal.Length > 0)
        {
            return false;
        }
        _isCounted = true;
        foreach (var count in counts.Counts)
        {
            // The last nanosecond of the stretch stands for all of it: no window begins or ends inside.
            SeriesOf(count.Group, limits).Add(count.StartNanoseconds + query.StepNanoseconds - 1, count.Count);
        }
        return true;
    }

    private RangeSeries SeriesOf(LabelSet labels, LogQLLimits limits)
    {
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count == limits.MaximumSeriesWhileCalculating)
            {
                throw new QueryException(
                    QueryFault.Limit,
                    $"{expression.Operation.Text()} makes more than {limits.MaximumSeriesWhileCalculating} series (MaximumSeriesWhileCalculating); put sum by (…) around it or drop labels before it",
                    expression.Position);
            }
            series = new RangeSeries();
            _series.Add(labels, series);
        }
        return series;
    }
}
