using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Observability.Bench.Measuring;

/// <summary>Whether the figures of a run may be used.</summary>
/// <param name="FloorSpread">Biggest over smallest of the floor; the worst one where there are several.</param>
/// <param name="ForeignCores">Cores that other programs used.</param>
/// <param name="LoadAverage">Of the last minute, when the run ended.</param>
/// <param name="Failure">What was found wrong, when the work itself was not done right; else empty.</param>
internal sealed record Validity(double FloorSpread, double ForeignCores, double LoadAverage, string Failure = "")
{
    /// <summary>A floor does the same work each time; if it varies more than this, so does everything that is compared with it.</summary>
    public const double MaximumFloorSpread = 1.6;

    /// <summary>On two cores more than this moved ratios by a tenth.</summary>
    public const double MaximumForeignCores = 0.3;

    public bool IsVoid => Reasons.Count > 0;

    public IReadOnlyList<string> Reasons
    {
        get
        {
            var reasons = new List<string>();
            if (Failure.Length > 0)
            {
                reasons.Add(Failure);
            }
            if (FloorSpread > MaximumFloorSpread)
            {
                reasons.Add(string.Create(CultureInfo.InvariantCulture, $"the floor varied by {FloorSpread:0.00} (limit {MaximumFloorSpread})"));
            }
            if (ForeignCores > MaximumForeignCores)
            {
                reasons.Add(string.Create(CultureInfo.InvariantCulture, $"other programs used {ForeignCores:0.00} cores (limit {MaximumForeignCores})"));
            }
            return reasons;
        }
    }
}

/// <summary>One run of a stage. A void run is printed whole and says so: hiding it would hide how often the machine lies.</summary>
internal sealed record BenchmarkReport(string Stage, int Seed, IReadOnlyList<Measurement> Measurements, IReadOnlyList<Ratio> Ratios, IReadOnlyList<string> Notes, Validity Validity)
{
    public void Print(TextWriter output)
    {
        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        Line($"stage {Stage}, seed {Seed}, {Environment.ProcessorCount} processors, .NET {Environment.Version}");
        foreach (var item in Measurements)
        {
            var allocated = item.AllocatedBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"  {bytes,9:0.00} B") : "";
            Line($"  {item.Name,-44} {item.Median,14:0.0} {item.Unit,-11} max/min {item.Spread,5:0.00}  n {item.Rounds.Count,2}{allocated}  {item.Note}");
        }
        foreach (var ratio in Ratios)
        {
            Line($"  {ratio.Name,-44} {ratio.Value,14:0.00} {(ratio.Goal.Length > 0 ? "goal " + ratio.Goal : "")}");
        }
        foreach (var note in Notes)
        {
            Line($"  {note}");
        }
        Line($"  floor max/min {Validity.FloorSpread:0.00}, other programs {Validity.ForeignCores:0.00} cores, load average {Validity.LoadAverage:0.00}");
        Line($"{(Validity.IsVoid ? $"VOID: {string.Join("; ", Validity.Reasons)}" : "valid")}");
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, ReportJson.Default.BenchmarkReport));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BenchmarkReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
