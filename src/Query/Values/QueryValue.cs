using Observability.Telemetry;

namespace Observability.Query.Values;

/// <summary>What a query gives: one of <see cref="Scalar"/>, <see cref="StringValue"/>, <see cref="InstantVector"/>, <see cref="RangeMatrix"/>.</summary>
public abstract record QueryValue;

/// <summary>A number without labels.</summary>
public sealed record Scalar(long TimeMilliseconds, double Value) : QueryValue;

public sealed record StringValue(long TimeMilliseconds, string Value) : QueryValue;

/// <summary>At most one sample a label set, all at one time. In order only where the query sorts.</summary>
public sealed record InstantVector(long TimeMilliseconds, IReadOnlyList<VectorSample> Samples) : QueryValue;

/// <summary>Series with several samples each, sorted by labels.</summary>
public sealed record RangeMatrix(IReadOnlyList<SeriesSamples> Series) : QueryValue;

/// <summary>One series' value at one time.</summary>
/// <param name="Labels">Before the end of an evaluation it may still hold a metric name that <paramref name="DropsName"/> condemns.</param>
/// <param name="Value">Never the staleness marker.</param>
/// <param name="DropsName">The metric name is removed when the query ends, and not before, so that <c>label_replace</c> can still read it (Prometheus 3). False in results.</param>
public readonly record struct VectorSample(LabelSet Labels, double Value, bool DropsName = false);

/// <summary>An answer with what its author should know about it.</summary>
public sealed record QueryResult(QueryValue Value, IReadOnlyList<Annotation> Annotations);

public enum AnnotationLevel
{
    /// <summary>The answer is probably what was meant.</summary>
    Info,

    /// <summary>The answer is probably not what was meant.</summary>
    Warning,
}

/// <summary>A remark on an answer; the text is Prometheus' where it has the same remark, because clients compare it.</summary>
public sealed record Annotation(AnnotationLevel Level, string Text, QueryPosition Position)
{
    public override string ToString() => $"PromQL {(Level == AnnotationLevel.Info ? "info" : "warning")}: {Text} ({Position})";
}
