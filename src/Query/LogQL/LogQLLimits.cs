namespace Observability.Query.LogQL;

/// <summary>What one query may cost. A query that reaches a limit fails with a text that names it; it never gives part of an answer.</summary>
public sealed record LogQLLimits
{
    /// <summary>Characters of a query's text. Bigger: more work before a refusal; smaller refuses long alternations of pipeline names that dashboards generate.</summary>
    public const int MaximumQueryLength = 64 * 1024;

    /// <summary>Parentheses, operators and nested filters on the way from the root to a leaf: what recursion over the tree costs in stack. Nobody writes a tenth of it.</summary>
    public const int MaximumDepth = 200;

    /// <summary>Points of one series, as in Prometheus and Loki: more than a screen has pixels.</summary>
    public const int MaximumPointsPerSeries = 11_000;

    /// <summary>The longest range and offset: 50 years. With times up to the year 2116 every sum of the three fits 64-bit nanoseconds.</summary>
    public const long MaximumDurationNanoseconds = 50L * 365 * 24 * 3600 * 1_000_000_000;

    /// <summary>The year 2116, and as far before 1970: half of what 64-bit nanoseconds hold.</summary>
    public const long MaximumTimeNanoseconds = long.MaxValue / 2;

    public static readonly LogQLLimits Default = new();

    /// <summary>
    /// Records that one query reads. Each costs 16 bytes in a metric query, so the default is 32 MB for each range in it;
    /// bigger answers wider ranges and lets one query take more memory and time.
    /// </summary>
    public int MaximumRecordsRead { get; init; } = 2_000_000;

    /// <summary>Series in the answer, as in Loki. Without <c>sum by</c> every attribute of a record is a part of its series' identity.</summary>
    public int MaximumSeries { get; init; } = 500;

    /// <summary>Series while calculating, before aggregations reduce them. About 1 KB each.</summary>
    public int MaximumSeriesWhileCalculating { get; init; } = 50_000;
}
