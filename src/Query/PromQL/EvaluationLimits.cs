namespace Observability.Query.PromQL;

/// <summary>What one evaluation may use. A query that needs more fails with <see cref="Values.QueryFault.Limit"/>, naming the limit.</summary>
public sealed record EvaluationLimits
{
    public static readonly EvaluationLimits Default = new();

    /// <summary>Samples read and points produced, 16 bytes each. Default 50 million, Prometheus' own default: 800 MB at worst.</summary>
    public long MaximumSamples { get; init; } = 50_000_000;

    /// <summary>Series that all selectors of the query may return together. Default 500,000: twice what 10,000 pipelines in five environments write.</summary>
    public int MaximumSeries { get; init; } = 500_000;

    /// <summary>Steps of a range query. Default 11,000, the bound of Prometheus' HTTP API: a week by the minute, more than any screen has pixels.</summary>
    public int MaximumSteps { get; init; } = 11_000;

    /// <summary>Times that one subquery is evaluated in an evaluation. Default 100,000: a day by the second.</summary>
    public int MaximumSubqueryPoints { get; init; } = 100_000;
}
