using System.Text;
using Observability.Query.LogQL.Lines;
using Observability.Query.LogQL.Pipelines;
using Observability.Query.LogQL.Syntax;
using Observability.Query.LogQL.Units;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.LogQL.Metrics;

/// <summary>Makes a sample of a record: runs the pipeline, unwraps the value, names the series.</summary>
internal sealed class SampleExtractor
{
    private readonly RangeAggregationExpression _expression;
    private readonly Func<LineLabels, LabelSet> _identity;
    private readonly Func<LineLabels, bool>[] _unwrapFilters;
    private readonly bool _keepsParserErrors;
    private readonly bool _looksAtLabels;
    private readonly LineLabels _labels = new();

    /// <param name="expression">The aggregation.</param>
    /// <param name="grouping">What its series are grouped by: its own, or that of a sum around it.</param>
    /// <param name="templates">For the formats in its pipeline.</param>
    public SampleExtractor(RangeAggregationExpression expression, LabelGrouping? grouping, ILogTemplateCompiler? templates)
    {
        _expression = expression;
        Pipeline = LogPipeline.Compile(expression.Range.Selector, templates);
        _unwrapFilters = [.. expression.Range.Unwrap?.Filters.Select(LabelFilterStep.Compile) ?? []];
        // absent_over_time only asks whether there is any record.
        var asksForNoLabel = expression.Operation == RangeOperation.AbsentOverTime || grouping is { IsWithout: false, Labels.Count: 0 };
        var takesLabels = !asksForNoLabel || expression.Range.Unwrap is not null;
        Pipeline = takesLabels ? Pipeline : Pipeline.WithoutUnreadParsers();
        _looksAtLabels = takesLabels || Pipeline.ReadsLabels;
        _identity = asksForNoLabel ? static _ => LabelSet.Empty : SeriesIdentity.Of(grouping, expression.Range.Unwrap?.Label);
        _keepsParserErrors = AsksForErrors(expression, grouping);
        Counting = CountableLines.Of(expression, grouping, Pipeline);
    }

    public LogPipeline Pipeline { get; }

    /// <summary>What a store can be asked instead of for records; null when samples can only be made of records.</summary>
    public CountableLines? Counting { get; }

    /// <summary>False when the record gives no sample.</summary>
    /// <exception cref="QueryException">A stage failed on the line, and the query neither drops such lines nor asks for them.</exception>
    public bool TryExtract(LogRecord record, out LabelSet series, out double value)
    {
        series = LabelSet.Empty;
        value = 0;
        _labels.Reset(record, _looksAtLabels);
        if (!Pipeline.Process(record, _labels, out var line) || !TryValue(line, out value))
        {
            return false;
        }
        var isAskedFor = _keepsParserErrors && _labels.Error is (PipelineErrors.Json or PipelineErrors.Logfmt);
        series = !_labels.HasError || isAskedFor ? _identity(_labels) : throw PipelineError();
        return true;
    }

    /// <summary>A query that filters or groups by <c>__error__</c> wants to count lines that a parser could not read; they are no failure of the query then.</summary>
    private static bool AsksForErrors(RangeAggregationExpression expression, LabelGrouping? grouping) =>
        (grouping?.Labels.Contains(LogQLLabels.Error) ?? false)
        || expression.Range.Selector.Stages.OfType<LabelFilterStage>().Any(static stage => Reads(stage.Filter))
        || (expression.Range.Unwrap?.Filters.Any(Reads) ?? false);

    private static bool Reads(LabelFilter filter) => filter switch
    {
        TextLabelFilter text => text.Matcher.Name == LogQLLabels.Error,
        CombinedLabelFilter combined => Reads(combined.Left) || Reads(combined.Right),
        _ => false,
    };

    private bool TryValue(string line, out double value)
    {
        value = 1;
        if (_expression.Range.Unwrap is not { } unwrap)
        {
            if (_expression.Operation is RangeOperation.BytesRate or RangeOperation.BytesOverTime)
            {
                value = Encoding.UTF8.GetByteCount(line);
            }
            return true;
        }
        // A line without the label simply has no sample; one whose label is no number is an error unless a filter drops it.
        if (!_labels.TryGet(unwrap.Label, out var text) || text.Length == 0)
        {
            return false;
        }
        if (!TryConvert(unwrap.Conversion, text, out value))
        {
            _labels.Fail(PipelineErrors.SampleExtraction, $"'{text}' in label '{unwrap.Label}' cannot be unwrapped as a {Wanted(unwrap.Conversion)}");
        }
        return Array.TrueForAll(_unwrapFilters, filter => filter(_labels));
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

    private QueryException PipelineError() => new(
        QueryFault.Execution,
        $"pipeline error {_labels.Error}: {_labels.ErrorDetails}, in the series {_labels.ToLabelSet().Without(LogQLLabels.Error, LogQLLabels.ErrorDetails)}; drop such lines with | {LogQLLabels.Error}=\"\"",
        _expression.Position);
}
