using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>What all operators of one evaluation share: source, bounds, what has been used of the limits, and remarks.</summary>
internal sealed class EvaluationContext(ISeriesSource source, EvaluationRange range, EvaluationLimits limits, CancellationToken cancellationToken)
{
    /// <summary>The same remark about 10,000 series is one remark; that many different ones help nobody.</summary>
    private const int MaximumAnnotations = 20;

    private readonly List<Annotation> _annotations = [];
    private readonly List<VectorBuffer> _buffers = [];
    private long _samples;
    private int _series;

    public EvaluationRange Range => range;

    public EvaluationLimits Limits => limits;

    public IReadOnlyList<Annotation> Annotations => _annotations;

    public IReadOnlyList<SeriesSamples> Select(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var selected = source.Select(matchers, afterMilliseconds, untilMilliseconds);
        UseSeries(selected.Count);
        var samples = 0L;
        for (var i = 0; i < selected.Count; i++)
        {
            samples += selected[i].Timestamps.Length;
        }
        Use(samples);
        return selected;
    }

    /// <summary>Series one by one; the caller counts their samples with <see cref="Use"/>, and each series with <see cref="UseSeries"/>.</summary>
    public ISeriesCursor Open(IReadOnlyList<LabelMatcher> matchers, long afterMilliseconds, long untilMilliseconds, bool newestOnly)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return source.Open(matchers, afterMilliseconds, untilMilliseconds, newestOnly);
    }

    public void UseSeries(int series)
    {
        _series += series;
        if (_series > limits.MaximumSeries)
        {
            throw new QueryException(QueryFault.Limit, $"the query selects more than {limits.MaximumSeries} series (limit MaximumSeries); narrow the selectors, or raise the limit in settings");
        }
    }

    public void Use(long samples)
    {
        _samples += samples;
        if (_samples > limits.MaximumSamples)
        {
            throw new QueryException(QueryFault.Limit, $"the query needs more than {limits.MaximumSamples} samples (limit MaximumSamples); shorten the range, use a larger step, or raise the limit in settings");
        }
    }

    /// <summary>A buffer that lives until <see cref="ReleaseBuffers"/>.</summary>
    public VectorBuffer NewBuffer()
    {
        var buffer = new VectorBuffer();
        _buffers.Add(buffer);
        return buffer;
    }

    /// <summary>When the evaluation is over; nothing may read its vectors afterwards.</summary>
    public void ReleaseBuffers() => _buffers.ForEach(static buffer => buffer.Release());

    public void ThrowIfCancelled() => cancellationToken.ThrowIfCancellationRequested();

    public void Warn(Expression about, string text) => Annotate(AnnotationLevel.Warning, about, text);

    public void Inform(Expression about, string text) => Annotate(AnnotationLevel.Info, about, text);

    private void Annotate(AnnotationLevel level, Expression about, string text)
    {
        var annotation = new Annotation(level, text, about.Span.Start);
        if (_annotations.Count < MaximumAnnotations && !_annotations.Contains(annotation))
        {
            _annotations.Add(annotation);
        }
    }
}

/// <summary>The times of an evaluation in Unix milliseconds: start, start + step, … up to end, inclusive.</summary>
/// <param name="StartMilliseconds">The first time.</param>
/// <param name="EndMilliseconds">No time is later.</param>
/// <param name="StepMilliseconds">0 for an instant query.</param>
/// <param name="LookbackMilliseconds">How long a sample stands for its series.</param>
/// <param name="DefaultSubqueryStepMilliseconds">For <c>[5m:]</c>.</param>
internal readonly record struct EvaluationRange(
    long StartMilliseconds,
    long EndMilliseconds,
    long StepMilliseconds,
    long LookbackMilliseconds,
    long DefaultSubqueryStepMilliseconds)
{
    public bool IsInstant => StepMilliseconds == 0;
}
