using Observability.Query.Values;

namespace Observability.Query.LogQL.Metrics;

/// <summary>What an expression is worth at one step: a number, or samples with different labels each.</summary>
internal readonly struct StepValue
{
    private static readonly List<VectorSample> None = [];

    private readonly List<VectorSample>? _samples;

    public StepValue(double scalar) => Scalar = scalar;

    public StepValue(List<VectorSample> samples) => _samples = samples;

    public double? Scalar { get; }

    /// <summary>Empty for a scalar.</summary>
    public List<VectorSample> Samples => _samples ?? None;
}
