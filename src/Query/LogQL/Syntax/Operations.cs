using System.Diagnostics.CodeAnalysis;

namespace Observability.Query.LogQL.Syntax;

/// <summary>What is calculated from the records of a range.</summary>
public enum RangeOperation
{
    Rate,
    CountOverTime,
    BytesRate,
    BytesOverTime,
    AbsentOverTime,
    RateCounter,
    SumOverTime,
    AvgOverTime,
    MinOverTime,
    MaxOverTime,
    StdvarOverTime,
    StddevOverTime,
    QuantileOverTime,
    FirstOverTime,
    LastOverTime,
}

/// <summary>What is calculated from the series of a group.</summary>
public enum VectorOperation
{
    Sum,
    Avg,
    Min,
    Max,
    Count,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    ApproxTopk,
    Sort,
    SortDesc,
}

/// <summary>The operations' names and what each needs.</summary>
public static class Operations
{
    private static readonly string[] RangeNames =
    [
        "rate", "count_over_time", "bytes_rate", "bytes_over_time", "absent_over_time", "rate_counter", "sum_over_time", "avg_over_time", "min_over_time",
        "max_over_time", "stdvar_over_time", "stddev_over_time", "quantile_over_time", "first_over_time", "last_over_time",
    ];

    private static readonly string[] VectorNames =
        ["sum", "avg", "min", "max", "count", "stddev", "stdvar", "topk", "bottomk", "approx_topk", "sort", "sort_desc"];

    public static string Text(this RangeOperation operation) => RangeNames[(int)operation];

    public static string Text(this VectorOperation operation) => VectorNames[(int)operation];

    /// <summary>Works on lines, without <c>unwrap</c>.</summary>
    public static bool TakesLines(this RangeOperation operation) => operation <= RangeOperation.AbsentOverTime;

    /// <summary>Works on numbers that <c>unwrap</c> made.</summary>
    public static bool TakesNumbers(this RangeOperation operation) =>
        operation is RangeOperation.Rate or RangeOperation.AbsentOverTime or >= RangeOperation.RateCounter;

    public static bool AllowsGrouping(this RangeOperation operation) => operation >= RangeOperation.AvgOverTime;

    public static bool TakesCount(this VectorOperation operation) => operation is VectorOperation.Topk or VectorOperation.Bottomk or VectorOperation.ApproxTopk;

    internal static bool TryParse(string name, [NotNullWhen(true)] out RangeOperation? operation) => TryFind(RangeNames, name, out operation);

    internal static bool TryParse(string name, [NotNullWhen(true)] out VectorOperation? operation) => TryFind(VectorNames, name, out operation);

    internal static bool IsName(string name) => RangeNames.Contains(name) || VectorNames.Contains(name);

    private static bool TryFind<T>(string[] names, string name, [NotNullWhen(true)] out T? operation)
        where T : struct, Enum
    {
        var index = Array.IndexOf(names, name);
        operation = index < 0 ? null : (T)Enum.ToObject(typeof(T), index);
        return index >= 0;
    }
}
