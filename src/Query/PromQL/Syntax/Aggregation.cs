namespace Observability.Query.PromQL;

public enum Aggregation
{
    Sum,
    Avg,
    Min,
    Max,
    Count,
    Group,
    Stddev,
    Stdvar,
    Quantile,
    CountValues,
    TopK,
    BottomK,
    LimitK,
    LimitRatio,
}

/// <summary>Names and properties of the aggregation operators.</summary>
public static class Aggregations
{
    private static readonly Dictionary<string, Aggregation> ByName = Enum.GetValues<Aggregation>().ToDictionary(static aggregation => aggregation.Text(), StringComparer.OrdinalIgnoreCase);

    public static bool TryParse(string name, out Aggregation aggregation) => ByName.TryGetValue(name, out aggregation);

    public static string Text(this Aggregation aggregation) => aggregation switch
    {
        Aggregation.CountValues => "count_values",
        Aggregation.LimitRatio => "limit_ratio",
        _ => aggregation.ToString().ToLowerInvariant(),
    };

    /// <summary>Takes a parameter before the vector: <c>topk(3, …)</c>.</summary>
    public static bool TakesParameter(this Aggregation aggregation) => aggregation >= Aggregation.Quantile;

    /// <summary>Chooses among its input's series instead of making new ones.</summary>
    public static bool Selects(this Aggregation aggregation) => aggregation >= Aggregation.TopK;
}
