namespace Observability.Bench.Measuring;

/// <summary>What one item took in each round.</summary>
/// <param name="Name">Of the item.</param>
/// <param name="Unit">Of the values: <c>ns/record</c>, <c>requests/s</c>.</param>
/// <param name="Rounds">In order.</param>
internal sealed record Measurement(string Name, string Unit, IReadOnlyList<double> Rounds)
{
    /// <summary>Heap bytes that one unit of work left to the collector; null where it was not measured.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>What else was seen, in words.</summary>
    public string Note { get; init; } = "";

    public double Median => MedianOf(Rounds);

    /// <summary>Biggest over smallest: how far the machine can be believed.</summary>
    public double Spread => Rounds.Count == 0 ? 1 : Rounds.Max() / Math.Max(double.Epsilon, Rounds.Min());

    public static double MedianOf(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>An item beside its floor or peer: the median of the rounds' own ratios, since both sides of a round met the same machine.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Value">The ratio.</param>
/// <param name="Goal">Where the design wants it, in words; empty without a goal.</param>
internal sealed record Ratio(string Name, double Value, string Goal)
{
    public static Ratio Of(string name, Measurement over, Measurement under, string goal = "") =>
        new(name, Measurement.MedianOf([.. over.Rounds.Zip(under.Rounds, static (above, below) => above / below)]), goal);
}
