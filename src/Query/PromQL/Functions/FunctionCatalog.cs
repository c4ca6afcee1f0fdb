namespace Observability.Query.PromQL;

/// <summary>Every function of Prometheus 3, its experimental ones included (https://prometheus.io/docs/prometheus/latest/querying/functions/).</summary>
public static class FunctionCatalog
{
    private static readonly Dictionary<string, FunctionSignature> Signatures = new(StringComparer.Ordinal);

    static FunctionCatalog()
    {
        AddVectorFunctions();
        AddRangeFunctions();
        AddHistogramFunctions();
        AddScalarFunctions();
    }

    public static IReadOnlyCollection<FunctionSignature> All => Signatures.Values;

    public static FunctionSignature? Find(string name) => Signatures.GetValueOrDefault(name);

    private static void AddVectorFunctions()
    {
        foreach (var name in VectorMath.Names)
        {
            Add(name, ValueKind.InstantVector, ValueKind.InstantVector);
        }
        foreach (var name in CalendarFunctions.Names)
        {
            AddOptional(name, required: 0, ValueKind.InstantVector, ValueKind.InstantVector);
        }
        foreach (var name in new[] { "absent", "sort", "sort_desc", "timestamp" })
        {
            Add(name, ValueKind.InstantVector, ValueKind.InstantVector);
        }
        Add("scalar", ValueKind.Scalar, ValueKind.InstantVector);
        Add("vector", ValueKind.InstantVector, ValueKind.Scalar);
        Add("clamp", ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.Scalar, ValueKind.Scalar);
        Add("clamp_max", ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.Scalar);
        Add("clamp_min", ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.Scalar);
        AddOptional("round", required: 1, ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.Scalar);
        Add("label_replace", ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.String, ValueKind.String, ValueKind.String, ValueKind.String);
        AddRepeating("label_join", required: 3, ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.String, ValueKind.String, ValueKind.String);
        AddRepeating("sort_by_label", required: 1, ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.String);
        AddRepeating("sort_by_label_desc", required: 1, ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.String);
        AddOptional("info", required: 1, ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.InstantVector);
    }

    private static void AddRangeFunctions()
    {
        foreach (var name in RangeFunctions.PlainNames)
        {
            Add(name, ValueKind.InstantVector, ValueKind.RangeVector);
        }
        Add("absent_over_time", ValueKind.InstantVector, ValueKind.RangeVector);
        Add("quantile_over_time", ValueKind.InstantVector, ValueKind.Scalar, ValueKind.RangeVector);
        Add("predict_linear", ValueKind.InstantVector, ValueKind.RangeVector, ValueKind.Scalar);
        Add("double_exponential_smoothing", ValueKind.InstantVector, ValueKind.RangeVector, ValueKind.Scalar, ValueKind.Scalar);
    }

    private static void AddHistogramFunctions()
    {
        // These read native histograms, which no store of ours holds: they accept a vector and find nothing in it.
        foreach (var name in new[] { "histogram_avg", "histogram_count", "histogram_sum", "histogram_stddev", "histogram_stdvar" })
        {
            Add(name, ValueKind.InstantVector, ValueKind.InstantVector);
        }
        Add("histogram_quantile", ValueKind.InstantVector, ValueKind.Scalar, ValueKind.InstantVector);
        Add("histogram_fraction", ValueKind.InstantVector, ValueKind.Scalar, ValueKind.Scalar, ValueKind.InstantVector);
        AddRepeating("histogram_quantiles", required: 3, ValueKind.InstantVector, ValueKind.InstantVector, ValueKind.String, ValueKind.Scalar);
    }

    private static void AddScalarFunctions()
    {
        foreach (var name in new[] { "pi", "time", "start", "end", "step", "range" })
        {
            Add(name, ValueKind.Scalar);
        }
        Add("min_of", ValueKind.Scalar, ValueKind.Scalar, ValueKind.Scalar);
        Add("max_of", ValueKind.Scalar, ValueKind.Scalar, ValueKind.Scalar);
    }

    private static void Add(string name, ValueKind returns, params ValueKind[] arguments) =>
        Signatures.Add(name, new FunctionSignature(name, arguments, arguments.Length, arguments.Length, returns));

    private static void AddOptional(string name, int required, ValueKind returns, params ValueKind[] arguments) =>
        Signatures.Add(name, new FunctionSignature(name, arguments, required, arguments.Length, returns));

    private static void AddRepeating(string name, int required, ValueKind returns, params ValueKind[] arguments) =>
        Signatures.Add(name, new FunctionSignature(name, arguments, required, int.MaxValue, returns));
}
