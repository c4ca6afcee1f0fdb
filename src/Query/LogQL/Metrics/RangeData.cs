using System.Text;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Pipelines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.LogQL.Units;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>One range aggregation of a query: reads its records once for all steps, then gives its value at each step in turn.</summary>
internal sealed class RangeData
{
    private readonly RangeAggregationExpression _expression;
    private readonly LogPipeline _pipeline;
    private readonly Func<LineLabels, LabelSet> _identity;
    private readonly Func<LineLabels, bool>[] _unwrapFilters;
    private readonly Dictionary<LabelSet, RangeSeries> _series = [];

    /// <param name="expression">The aggregation.</param>
    /// <param name="grouping">What its series are grouped by: its own, or that of a sum around it.</param>
    /// <param name="templates">For the formats in its pipeline.</param>
    public RangeData(RangeAggregationExpression expression, LabelGrouping? grouping, ILogTemplateCompiler? templates)
    {
        _expression = expression;
        _pipeline = LogPipeline.Compile(expression.Range.Selector, templates);
        _unwrapFilters = [.. expression.Range.Unwrap?.Filters.Select(LabelFilterStep.Compile) ?? []];
        // absent_over_time only asks whether there is any record.
        var asksForNoLabel = expression.Operation == RangeOperation.AbsentOverTime || grouping is { IsWithout: false, Labels.Count: 0 };
        if (asksForNoLabel && expression.Range.Unwrap is null)
        {
            _pipeline = _pipeline.WithoutUnreadParsers();
        }
        _identity = asksForNoLabel ? static _ => LabelSet.Empty : SeriesIdentity.Of(grouping, expression.Range.Unwrap?.Label);
    }

    private LogRangeExpression Range => _expression.Range;

    /// <summary>Reads all records that some step uses.</summary>
    /// <returns>How many records were read.</returns>
    public async Task<int> LoadAsync(ILogSource source, StepTimes steps, int mostRecords, LogQLLimits limits, CancellationToken cancellationToken)
    {
        var read = 0;
        var labels = new LineLabels();
        // Windows are open on the left and closed on the right; a LogRange is the other way round.
        var range = new LogRange(
            Shifted(steps.StartNanoseconds, -Range.OffsetNanoseconds, -Range.RangeNanoseconds, 1), Shifted(steps.LastNanoseconds, -Range.OffsetNanoseconds, 1));
        var search = _pipeline.Search(range, newestFirst: false, Math.Min(mostRecords, int.MaxValue - 1) + 1);
        await foreach (var record in source.SearchAsync(search, cancellationToken).WithCancellation(cancellationToken))
        {
            if (++read > mostRecords)
            {
                throw MetricResults.TooManyRecords(limits);
            }
            if (steps.Uses(record.TimeUnixNanoseconds, Range.RangeNanoseconds, Range.OffsetNanoseconds))
            {
                Add(record, labels, limits);
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
                samples.Add(new VectorSample(labels, RangeCalculation.Of(_expression.Operation, window, rangeSeconds, _expression.Parameter)));
            }
        }
        if (_expression.Operation == RangeOperation.AbsentOverTime)
        {
            return samples.Count > 0 ? [] : [new VectorSample(SeriesIdentity.OfAbsent(Range.Selector.Matchers), 1)];
        }
        return samples;
    }

    private void Add(LogRecord record, LineLabels labels, LogQLLimits limits)
    {
        labels.Reset(record);
        if (!_pipeline.Process(record, labels, out var line) || !TryValue(line, labels, out var value))
        {
            return;
        }
        if (labels.HasError)
        {
            throw PipelineError(labels);
        }
        var identity = _identity(labels);
        if (!_series.TryGetValue(identity, out var series))
        {
            if (_series.Count == limits.MaximumSeriesWhileCalculating)
            {
                throw new QueryException(
                    QueryFault.Limit,
                    $"{_expression.Operation.Text()} makes more than {limits.MaximumSeriesWhileCalculating} series (MaximumSeriesWhileCalculating); put sum by (…) around it or drop labels before it",
                    _expression.Position);
            }
            series = new RangeSeries();
            _series.Add(identity, series);
        }
        series.Add(record.TimeUnixNanoseconds, value);
    }

    private bool TryValue(string line, LineLabels labels, out double value)
    {
        value = 1;
        if (Range.Unwrap is not { } unwrap)
        {
            if (_expression.Operation is RangeOperation.BytesRate or RangeOperation.BytesOverTime)
            {
                value = Encoding.UTF8.GetByteCount(line);
            }
            return true;
        }
        // A line without the label simply has no sample; one whose label is no number is an error unless a filter drops it.
        if (!labels.TryGet(unwrap.Label, out var text) || text.Length == 0)
        {
            return false;
        }
        if (!TryConvert(unwrap.Conversion, text, out value))
        {
            labels.Fail(PipelineErrors.SampleExtraction, $"'{text}' in label '{unwrap.Label}' cannot be unwrapped as a {Wanted(unwrap.Conversion)}");
        }
        return Array.TrueForAll(_unwrapFilters, filter => filter(labels));
    }

    private static bool TryConvert(UnwrapConversion conversion, string text, out double value)
    {
        switch (conversion)
        {
            case UnwrapConversion.Duration:
                var isDuration = GoDuration.TryParse(text, out var nanoseconds);
                value = nanoseconds / 1e9;
                return isDuration;
            case UnwrapConversion.Bytes:
                var isSize = ByteSize.TryParse(text, out var bytes);
                value = bytes;
                return isSize;
            default:
                return LabelFilterStep.TryNumber(text, out value);
        }
    }

    private static string Wanted(UnwrapConversion conversion) => conversion switch
    {
        UnwrapConversion.Duration => "duration such as 1m30s",
        UnwrapConversion.Bytes => "size such as 10KB",
        _ => "number",
    };

    private QueryException PipelineError(LineLabels labels) => new(
        QueryFault.Execution,
        $"pipeline error {labels.Error}: {labels.ErrorDetails}, in the series {labels.ToLabelSet().Without(LogQLLabels.Error, LogQLLabels.ErrorDetails)}; drop such lines with | {LogQLLabels.Error}=\"\"",
        _expression.Position);

    private static long Shifted(long time, params ReadOnlySpan<long> by)
    {
        var sum = (Int128)time;
        foreach (var part in by)
        {
            sum += part;
        }
        return (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);
    }
}
