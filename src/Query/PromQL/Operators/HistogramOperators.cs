using System.Globalization;
using System.Runtime.InteropServices;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>Gathers the <c>_bucket</c> samples of classic histograms and gives each histogram's quantile, quantiles or fraction.</summary>
/// <param name="context">Shared state.</param>
/// <param name="inner">The buckets.</param>
/// <param name="argument">Where the buckets stand in the query, for remarks.</param>
/// <param name="results">What to compute for each histogram.</param>
internal sealed class ClassicHistogramOperator(EvaluationContext context, VectorOperator inner, Expression argument, IHistogramResults results) : VectorOperator
{
    private const string BoundLabel = "le";

    private static readonly LabelProjection Identity = LabelProjection.AllButKeepingName([BoundLabel]);

    private readonly VectorBuffer _vector = context.NewBuffer();
    private readonly Dictionary<LabelSet, List<Bucket>> _histograms = new(Identity);

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
        _histograms.Clear();
        foreach (ref readonly var sample in _vector.Samples)
        {
            AddBucket(sample);
        }
        results.MoveTo(timeMilliseconds);
        foreach (var (labels, buckets) in _histograms)
        {
            var complete = ClassicHistogram.TryPrepare(buckets, out var wasFixed);
            if (wasFixed)
            {
                context.Inform(
                    argument,
                    "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) "
                    + $"for metric name {LabelText.Quote(labels[LabelSet.MetricName])}");
            }
            results.Add(Identity.Project(labels), complete ? buckets : null, output);
        }
    }

    private void AddBucket(in VectorSample sample)
    {
        var bound = sample.Labels[BoundLabel];
        if (!TryParseBound(bound, out var upperBound))
        {
            context.Warn(argument, $"bucket label \"le\" is missing or has a malformed value of {LabelText.Quote(bound)} for metric name {LabelText.Quote(sample.Labels[LabelSet.MetricName])}");
            return;
        }
        ref var buckets = ref CollectionsMarshal.GetValueRefOrAddDefault(_histograms, sample.Labels, out _);
        buckets ??= [];
        buckets.Add(new Bucket(upperBound, sample.Value));
    }

    private static bool TryParseBound(string text, out double bound)
    {
        bound = double.PositiveInfinity;
        return text.Equals("+Inf", StringComparison.OrdinalIgnoreCase)
            || text.Equals("Inf", StringComparison.OrdinalIgnoreCase)
            || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out bound);
    }
}

/// <summary>What is computed of a histogram.</summary>
internal interface IHistogramResults
{
    /// <summary>Evaluates the scalar arguments at a time.</summary>
    void MoveTo(long timeMilliseconds);

    /// <param name="labels">The histogram's, still with the metric name.</param>
    /// <param name="buckets">Prepared; null when the histogram has no bucket up to +Inf.</param>
    /// <param name="output">Takes the results.</param>
    void Add(LabelSet labels, List<Bucket>? buckets, VectorBuffer output);
}

/// <summary><c>histogram_quantile</c>; with a label, <c>histogram_quantiles</c>: one result a quantile, told apart by the label.</summary>
internal sealed class HistogramQuantiles(EvaluationContext context, string? label, IReadOnlyList<Expression> arguments, ScalarOperator[] quantiles) : IHistogramResults
{
    private readonly double[] _values = new double[quantiles.Length];

    public void MoveTo(long timeMilliseconds)
    {
        for (var i = 0; i < quantiles.Length; i++)
        {
            _values[i] = quantiles[i].Evaluate(timeMilliseconds);
            QuantileCheck.Warn(context, arguments[i], _values[i]);
        }
    }

    public void Add(LabelSet labels, List<Bucket>? buckets, VectorBuffer output)
    {
        if (label is not null && labels.Has(label))
        {
            throw new QueryException(QueryFault.Execution, $"label {LabelText.Quote(label)} of histogram_quantiles() exists in {labels} already; choose another");
        }
        foreach (var quantile in _values)
        {
            var resultLabels = label is null ? labels : labels.With(label, OpenMetricsText(quantile));
            output.Add(new VectorSample(resultLabels, buckets is null ? double.NaN : ClassicHistogram.Quantile(quantile, buckets), DropsName: true));
        }
    }

    // OpenMetrics writes whole numbers with a fraction: 1.0.
    private static string OpenMetricsText(double quantile) => NumberText.Format(quantile) + (double.IsInteger(quantile) ? ".0" : "");
}

/// <summary><c>histogram_fraction</c>.</summary>
internal sealed class HistogramFraction(ScalarOperator lower, ScalarOperator upper) : IHistogramResults
{
    private double _lower;
    private double _upper;

    public void MoveTo(long timeMilliseconds)
    {
        _lower = lower.Evaluate(timeMilliseconds);
        _upper = upper.Evaluate(timeMilliseconds);
    }

    public void Add(LabelSet labels, List<Bucket>? buckets, VectorBuffer output) =>
        output.Add(new VectorSample(labels, buckets is null ? double.NaN : ClassicHistogram.Fraction(_lower, _upper, buckets), DropsName: true));
}

/// <summary>Functions that read native histograms and pass over plain numbers, which is all that our stores hold. The input still runs, for its errors.</summary>
internal sealed class NativeHistogramsOnly(EvaluationContext context, VectorOperator inner) : VectorOperator
{
    private readonly VectorBuffer _vector = context.NewBuffer();

    public override void Evaluate(long timeMilliseconds, VectorBuffer output)
    {
        _vector.Clear();
        inner.Evaluate(timeMilliseconds, _vector);
    }
}
